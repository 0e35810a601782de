using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models.Encoders;

/// <summary>Texts side by side, filled up on the right.</summary>
/// <param name="Ids">Token ids [texts, length], int64.</param>
/// <param name="Mask">Which of them belong to the text [texts, length], float32: 1 or 0.</param>
internal readonly record struct EncoderBatch(Tensor Ids, Tensor Mask)
{
    /// <summary>Added to the scores of attention where nothing may be seen.</summary>
    public const float Unseen = float.MinValue;

    /// <summary>Lays out texts of at least one token.</summary>
    public static EncoderBatch Of(IReadOnlyList<int[]> texts, int paddingId, Device device)
    {
        var length = texts.Max(text => text.Length);
        var ids = new long[texts.Count * length];
        var mask = new float[ids.Length];
        Array.Fill(ids, paddingId);
        for (var text = 0; text < texts.Count; text++)
        {
            for (var token = 0; token < texts[text].Length; token++)
            {
                ids[text * length + token] = texts[text][token];
                mask[text * length + token] = 1;
            }
        }

        return new(tensor(ids, device: device).view(texts.Count, length), tensor(mask, device: device).view(texts.Count, length));
    }

    /// <summary>What is added to the scores of attention, so that nobody sees what fills rows: [texts, 1, 1, length].</summary>
    public Tensor AttentionMask() => Mask.negative().add(Scalars.Of(1), Scalars.One).mul(Scalars.Of(Unseen)).unsqueeze(1).unsqueeze(2);
}
