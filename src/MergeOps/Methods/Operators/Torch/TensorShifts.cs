using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>Shifts of int64 tensors by a number of bits.</summary>
internal static class TensorShifts
{
    public static torch.Tensor ShiftLeft(this torch.Tensor values, int bits) => values.bitwise_left_shift(Bits(values, bits));

    public static torch.Tensor ShiftRight(this torch.Tensor values, int bits) => values.bitwise_right_shift(Bits(values, bits));

    private static torch.Tensor Bits(torch.Tensor values, int bits) => torch.tensor((long)bits, device: values.device);
}
