using MergeOps.Architectures.Encoders;
using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models.Encoders;

/// <summary>Encoders as BERT: a norm behind attention and another behind the feed-forward network (arXiv 1810.04805).</summary>
internal sealed class PostNormEncoder(PostNormShape shape, IReadOnlyDictionary<string, Tensor> weights) : Encoder(shape, weights)
{
    // of transformers' MPNet: distances beyond it share the last bucket
    private const int FarthestDistance = 128;

    /// <inheritdoc/>
    public override EncoderView View(EncoderBatch batch)
    {
        var mask = batch.AttentionMask();
        return new(shape.Buckets > 0 ? mask.add(DistanceBias(batch.Ids.shape[1]), Scalars.One) : mask);
    }

    /// <inheritdoc/>
    public override Tensor Layer(int index, Tensor states, EncoderView view)
    {
        var (layer, names) = (shape.Layer(index), shape.Names);
        var mixed = Attend(
            Heads(Linear(layer + names.Query, states)), Heads(Linear(layer + names.Key, states)), Heads(Linear(layer + names.Value, states)), view.Mask);
        states = Norm(layer + names.AttentionNorm, Linear(layer + names.Mixed, mixed).add(states, Scalars.One));
        return Norm(layer + names.OutputNorm, Linear(layer + names.Down, Activate(Linear(layer + names.Up, states))).add(states, Scalars.One));
    }

    /// <inheritdoc/>
    public override Tensor Embedded(EncoderBatch batch)
    {
        var ids = batch.Ids;
        var states = Rows(PostNormShape.Words, ids);
        if (shape.TypeVocabularySize > 0)
        {
            states = states.add(Weight(PostNormShape.Types)[0], Scalars.One);
        }

        return Norm(PostNormShape.EmbeddingNorm, states.add(Rows(PostNormShape.PositionTable, PositionsOf(ids)), Scalars.One));
    }

    private Tensor PositionsOf(Tensor ids)
    {
        if (shape.UnplacedId is not { } unplaced)
        {
            return arange(Scalars.Of(0), Scalars.Of(ids.shape[1]), Scalars.One, dtype: ScalarType.Int64, device: ids.device).unsqueeze(0).expand(ids.shape[0], -1);
        }

        var isPlaced = ids.ne(Scalars.Of(unplaced)).to(ScalarType.Int64);
        return (isPlaced.cumsum(1) * isPlaced).add(Scalars.Of(unplaced), Scalars.One);
    }

    // [1, heads, length, length]
    private Tensor DistanceBias(long length)
    {
        var buckets = new long[length * length];
        for (var from = 0; from < length; from++)
        {
            for (var to = 0; to < length; to++)
            {
                buckets[from * length + to] = Bucket(to - from, shape.Buckets);
            }
        }

        return Weight(PostNormShape.Distances).index_select(0, tensor(buckets, device: Device)).view(length, length, shape.Heads).permute(2, 0, 1).unsqueeze(0);
    }

    // half of the buckets for each direction; near distances have one of their own, the others share them by their logarithm
    private static long Bucket(int distance, int buckets)
    {
        var half = buckets / 2;
        var exact = half / 2;
        var first = distance > 0 ? half : 0;
        var length = Math.Abs(distance);
        if (length < exact)
        {
            return first + length;
        }

        var share = MathF.Log((float)length / exact) / MathF.Log((float)FarthestDistance / exact);
        return first + Math.Min(half - 1, exact + (long)(share * (half - exact)));
    }
}
