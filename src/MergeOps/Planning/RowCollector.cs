using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>Collects the rows of one tensor in the order of the output's tokens, and the tensors from which they come.</summary>
/// <param name="own">The tensor as it is; it is the first of the parts.</param>
internal sealed class RowCollector(TensorSource own)
{
    private readonly List<TensorSource> parts = [own];
    private readonly RowMap.Builder map = new();

    /// <summary>The next row is one of the tensor's own.</summary>
    public void AddOwn(int row) => map.Add(new(0, row));

    /// <summary>The next row is one of a tensor.</summary>
    public void Add(TensorSource source, int row) => map.Add(PlaceOf(source, row));

    /// <summary>The next row is the mean of some, of which there is at least one.</summary>
    public void AddMean(IEnumerable<(TensorSource Source, int Row)> rows) => map.AddMean([.. rows.Select(row => PlaceOf(row.Source, row.Row))]);

    /// <summary>The next row is of zeros.</summary>
    public void AddZeros() => map.AddZeros();

    /// <summary>The rows; the tensor itself where nothing of it moved.</summary>
    public TensorSource Build()
    {
        var built = map.Build();
        return built.Runs is [{ Part: 0, Row: 0 }] && built.Count == own.Shape[0] ? own : new Rows([.. parts], built);
    }

    private RowPlace PlaceOf(TensorSource source, int row)
    {
        var part = parts.FindIndex(known => ReferenceEquals(known, source));
        if (part < 0)
        {
            parts.Add(source);
            part = parts.Count - 1;
        }

        return new(part, row);
    }
}
