using TorchSharp;

namespace MergeOps.Analysis.Spectra;

/// <summary>Gathers the tiles of a tensor's vectors to whole matrices in float64.</summary>
internal sealed class WholeMatrices : IDisposable
{
    private readonly torch.Tensor[] matrices;
    private readonly torch.Tensor[] flat;

    /// <summary>Takes the memory.</summary>
    /// <param name="shape">Rows and columns.</param>
    /// <param name="vectors">How many there are.</param>
    public WholeMatrices(IReadOnlyList<long> shape, int vectors)
    {
        matrices = [.. Enumerable.Range(0, vectors).Select(_ => torch.empty([.. shape], torch.ScalarType.Float64))];
        flat = Array.ConvertAll(matrices, matrix => matrix.view(-1));
    }

    /// <summary>The matrices, once every tile was taken.</summary>
    public IReadOnlyList<torch.Tensor> All => matrices;

    /// <summary>Takes a tile of every vector.</summary>
    /// <param name="start">Its first entry.</param>
    /// <param name="tiles">The vectors' tiles.</param>
    public void Take(long start, IReadOnlyList<torch.Tensor> tiles)
    {
        for (var i = 0; i < flat.Length; i++)
        {
            using var place = flat[i].narrow(0, start, tiles[i].numel());
            using var values = tiles[i].view(-1);
            place.copy_(values);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in flat.Concat(matrices))
        {
            tensor.Dispose();
        }
    }
}
