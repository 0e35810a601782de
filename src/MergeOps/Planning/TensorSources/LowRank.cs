using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>
/// A tensor with an adapter applied: W + s · L·R in float32, where W is seen as a matrix with the rows of its first axis; with
/// magnitudes each row (or column) of that gets the length that they say (DoRA).
/// </summary>
internal sealed record LowRank : TensorSource
{
    /// <summary>Rows of the left factor that its reader holds at once, in elements.</summary>
    public const long LeftElements = 1 << 14;

    /// <summary>Columns of the right factor that lie together in memory.</summary>
    public const int Panel = 16;

    /// <summary>Applies.</summary>
    /// <param name="source">W.</param>
    /// <param name="left">L: a row for each of W's, a column for each rank.</param>
    /// <param name="right">R: a row for each rank, a column for each of W's.</param>
    /// <param name="scale">s, or what a stored numerator is multiplied by.</param>
    public LowRank(TensorSource source, TensorSource left, TensorSource right, double scale)
    {
        var rows = source.Shape[0];
        if (left.ElementCount % rows != 0 || right.ElementCount != left.ElementCount / rows * (source.ElementCount / rows))
        {
            throw new ArgumentException($"{left} [{string.Join(", ", left.Shape)}] and {right} [{string.Join(", ", right.Shape)}] make no [{string.Join(", ", source.Shape)}]", nameof(left));
        }

        (Source, Left, Right, Scale) = (source, left, right, scale);
    }

    /// <summary>W.</summary>
    public TensorSource Source { get; }

    /// <summary>L.</summary>
    public TensorSource Left { get; }

    /// <summary>R.</summary>
    public TensorSource Right { get; }

    /// <summary>s, or what <see cref="Alpha"/> is multiplied by.</summary>
    public double Scale { get; }

    /// <summary>The stored numerator of the scale: one number; null where the scale is known.</summary>
    public TensorSource? Alpha { get; init; }

    /// <summary>The lengths (DoRA); null where nothing is rescaled.</summary>
    public TensorSource? Magnitude { get; init; }

    /// <summary>Whether the lengths are those of columns.</summary>
    public bool IsByColumn { get; init; }

    /// <summary>Rows of the matrix.</summary>
    public long Rows => Source.Shape[0];

    /// <summary>Columns of the matrix.</summary>
    public long Columns => Source.ElementCount / Rows;

    /// <summary>The rank.</summary>
    public long Rank => Left.ElementCount / Rows;

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Source.Shape;

    /// <inheritdoc/>
    public override DType DType => Source.DType;

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Source, Left, Right, .. new[] { Alpha, Magnitude }.OfType<TensorSource>()];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    public override long HeldBytes => Parts.Sum(part => part.HeldBytes)
        + (((Rank * (Columns + Panel)) + LeftElements + Rank) * sizeof(float))
        + (Magnitude is null ? 0 : IsByColumn ? (Columns * (sizeof(double) + sizeof(float))) : (Columns * sizeof(float)) + (Rows * sizeof(float)));

    /// <inheritdoc/>
    protected override string Operation => "adapt";

    /// <inheritdoc/>
    protected override ImmutableArray<string> Roles => ["weight", "left", "right", .. Alpha is null ? Array.Empty<string>() : ["alpha"], .. Magnitude is null ? Array.Empty<string>() : ["lengths"]];

    /// <inheritdoc/>
    protected override JsonObject Settings
    {
        get
        {
            var settings = new JsonObject { ["scale"] = Scale, ["rank"] = Rank };
            if (Magnitude is not null)
            {
                settings["lengthsOf"] = IsByColumn ? "columns" : "rows";
            }

            return settings;
        }
    }

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new LowRank(parts[0], parts[1], parts[2], Scale)
    {
        Alpha = Alpha is null ? null : parts[3],
        Magnitude = Magnitude is null ? null : parts[^1],
        IsByColumn = IsByColumn,
    };

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("lowRank"), contentOf);
        WriteChange(json, contentOf);
    }

    /// <summary>Writes what decides the change that it makes to its source.</summary>
    public void WriteChange(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Left.WriteTo(json.Name("left"), contentOf);
        Right.WriteTo(json.Name("right"), contentOf);
        json.Name("scale").Value(Scale.ToString("R", CultureInfo.InvariantCulture));
        Alpha?.WriteTo(json.Name("alpha"), contentOf);
        if (Magnitude is { } magnitude)
        {
            magnitude.WriteTo(json.Name("magnitude"), contentOf);
            json.Name("byColumn").Value(IsByColumn);
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var scale = Scale.ToString("R", CultureInfo.InvariantCulture) + (Alpha is null ? "" : $" · {Alpha}");
        return $"lowrank({Source}, {Left} · {Right}, scale {scale}{(Magnitude is null ? "" : $", lengths {Magnitude}")})";
    }
}
