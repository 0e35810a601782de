using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: a text as users have it in their index.</summary>
/// <param name="Text">Not empty.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record DriftItem(string Text, string? Group = null) : TaskItem(Group);

/// <summary>How far the vectors of fixed texts moved between two models, and how crowded they are.</summary>
internal sealed class EmbeddingDrift : EmbeddingTaskKind
{
    private const double UsualBound = 0.9;

    private static readonly KeyDeclaration Bound = new(
        "reindex_below", new NumberShape(Min: 0), Affects.Approval, "the share of neighbors kept from the published version, below which a release says that stored vectors must be recomputed; 0.9 when not given")
    { IsLater = true };

    private static readonly RowKey Text = new("text", RowForm.Text, "a text as users have it");

    private double bound = UsualBound;

    /// <inheritdoc/>
    public override string Name => "embedding_drift";

    /// <inheritdoc/>
    public override string Summary => "texts whose vectors are compared between models: what moved, and whether stored vectors still serve";

    /// <inheritdoc/>
    public override string Unit => "text";

    /// <inheritdoc/>
    public override string Distinguishing => "text";

    // their vectors are remembered
    /// <inheritdoc/>
    public override int MostItems => 2000;

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Text];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns => [];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [new NeighborsKept(), new DriftCosine(), new Anisotropy()];

    /// <inheritdoc/>
    public override bool GivesVectors => true;

    /// <inheritdoc/>
    protected override ImmutableArray<KeyDeclaration> FurtherKeys => [Bound];

    /// <inheritdoc/>
    protected override bool TakesSizes => false;

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row) => (new DriftItem(row.Text(Text), row.Group), "");

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => ((DriftItem)item).Text;

    /// <inheritdoc/>
    public override (Severity Severity, string Detail)? LackOf(ImmutableArray<TaskItem> items, string file) =>
        items.Length >= NeighborsKept.LeastTexts ? null
        : (Severity.Warning, $"{TerminalText.Quoted(file)} holds {items.Length} text{(items.Length == 1 ? "" : "s")}; with fewer than {NeighborsKept.LeastTexts} 'neighbors' has no value. Add texts.");

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation)
    {
        var embedding = (IEmbeddingModel)model;
        var vectors = Embed(embedding, [.. items.Select(item => ((DriftItem)item).Text)], "", cancellation);
        return ItemScores.Of(Columns, [.. items.Select(_ => Array.Empty<double>())], [.. vectors], ConditionsOf(embedding));
    }

    /// <inheritdoc/>
    public override Diagnostic? RemarkOn(Subject subject, ItemScores merged, ItemScores published)
    {
        var kept = new NeighborsKept().Of(new(subject, merged, published));
        return kept.WhyNot is null && kept.Value < bound
            ? Diagnostic.Warning(
                Codes.ReindexNeeded,
                string.Create(CultureInfo.InvariantCulture, $"Re-index: of the 10 nearest neighbors of the texts of '{subject.Name}', {100 * kept.Value:0.0} % are those of the published version, fewer than {100 * bound:0.#} %. Vectors stored with that version and those of this one do not belong in the same index."))
            : null;
    }

    /// <inheritdoc/>
    protected override EmbeddingTaskKind Fresh(KeyValues values) => new EmbeddingDrift { bound = values.Number(Bound) ?? UsualBound };
}
