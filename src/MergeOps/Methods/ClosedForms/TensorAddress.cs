using TorchSharp;

namespace MergeOps.Methods.ClosedForms;

/// <summary>Where the elements of a float64 tensor in ordinary memory lie.</summary>
internal static unsafe class TensorAddress
{
    /// <summary>The address of its first element; valid while the tensor lives.</summary>
    public static double* Of(torch.Tensor tensor)
    {
        // a span cannot name all of a large tensor's bytes
        using var first = tensor.view(-1).narrow(0, 0, 1);
        fixed (byte* address = first.bytes)
        {
            return (double*)address;
        }
    }
}
