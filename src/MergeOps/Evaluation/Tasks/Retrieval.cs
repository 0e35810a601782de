using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Tasks;

/// <summary>One item: what is looked for, and what should be found.</summary>
/// <param name="Query">Not empty.</param>
/// <param name="Positives">At least one text, all different.</param>
/// <param name="Negatives">Texts that should not be found for it.</param>
/// <param name="Group">What related items share, or null.</param>
internal sealed record QueryItem(string Query, ImmutableArray<string> Positives, ImmutableArray<string> Negatives, string? Group = null) : TaskItem(Group);

/// <summary>Search among all texts of the task by the cosine of vectors, measured as MTEB measures retrieval.</summary>
internal sealed class Retrieval : EmbeddingTaskKind
{
    private const int UsualDepth = 10;

    private static readonly KeyDeclaration Depth = new(
        "k", new NumberShape(Whole: true, Min: 1), Affects.Approval, "how many of the retrieved documents count for recall; 10 when not given")
    { IsLater = true };

    private static readonly RowKey Query = new("query", RowForm.Text, "what is looked for");
    private static readonly RowKey Positives = new("positives", RowForm.Texts, "the documents that should be found");
    private static readonly RowKey Negatives = new("negatives", RowForm.Texts, "documents that should not be; those of all lines are searched together") { IsRequired = false };

    private int depth = UsualDepth;

    /// <inheritdoc/>
    public override string Name => "retrieval";

    /// <inheritdoc/>
    public override string Summary => "queries whose documents should be the nearest among all documents of the task";

    /// <inheritdoc/>
    public override string Unit => "query";

    /// <inheritdoc/>
    public override string Distinguishing => "query";

    /// <inheritdoc/>
    public override ImmutableArray<RowKey> Row { get; } = [Query, Positives, Negatives];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns => [.. Metrics.Select(metric => ((RankMetric)metric).Quantity)];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics =>
    [
        .. VectorSizes.Select(size => new RankMetric(NameOf("ndcg", UsualDepth, size), "the discounted gain of the first 10 documents, divided by the largest possible one: nDCG@10")),
        .. VectorSizes.Select(size => new RankMetric(NameOf("recall", depth, size), $"the share of a query's documents among the first {depth}")),
        .. VectorSizes.Select(size => new RankMetric(NameOf("mrr", UsualDepth, size), "1 over the rank of the first right document, 0 beyond the first 10")),
    ];

    /// <inheritdoc/>
    protected override ImmutableArray<KeyDeclaration> FurtherKeys => [Depth];

    /// <inheritdoc/>
    protected override ImmutableArray<string> Sides => ["query", "document"];

    /// <inheritdoc/>
    public override string KeyOf(string digest) => $"{base.KeyOf(digest)}\n{depth}";

    /// <inheritdoc/>
    public override (TaskItem? Item, string Mistake) Read(TaskRow row)
    {
        var item = new QueryItem(row.Text(Query), [.. row.Texts(Positives).Distinct(StringComparer.Ordinal)], row.TextsIfAny(Negatives), row.Group);
        return item.Positives.FirstOrDefault(text => item.Negatives.Contains(text)) is { } both
            ? (null, $"A text is among the 'positives' and the 'negatives': {Diagnostics.TerminalText.Quoted(both)}.")
            : (item, "");
    }

    /// <inheritdoc/>
    public override string IdentityOf(TaskItem item) => ((QueryItem)item).Query;

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation)
    {
        var embedding = (IEmbeddingModel)model;
        var queries = items.Cast<QueryItem>().ToList();
        string[] corpus = [.. queries.SelectMany(item => item.Positives.Concat(item.Negatives)).Distinct(StringComparer.Ordinal)];
        var places = corpus.Index().ToDictionary(text => text.Item, text => text.Index, StringComparer.Ordinal);
        var ofQueries = Embed(embedding, queries.ConvertAll(item => item.Query), Sides[0], cancellation);
        var ofCorpus = Embed(embedding, corpus, Sides[1], cancellation);
        var rows = queries.ConvertAll(_ => new double[Columns.Length]);
        foreach (var (column, size) in VectorSizes.Index())
        {
            var (asked, documents) = (new UnitVectors(ofQueries, size), new UnitVectors(ofCorpus, size));
            for (var query = 0; query < rows.Count; query++)
            {
                cancellation.ThrowIfCancellationRequested();
                var ranks = RanksOf([.. queries[query].Positives.Select(text => places[text])], asked[query], documents);
                var values = ranks is null ? [double.NaN, double.NaN, double.NaN] : ValuesOf(ranks, depth);
                for (var metric = 0; metric < values.Length; metric++)
                {
                    rows[query][metric * VectorSizes.Length + column] = values[metric];
                }
            }
        }

        return ItemScores.Of(Columns, rows, conditions: ConditionsOf(embedding));
    }

    /// <inheritdoc/>
    protected override EmbeddingTaskKind Fresh(KeyValues values) => new Retrieval { depth = (int)(values.Number(Depth) ?? UsualDepth) };

    /// <inheritdoc/>
    protected override ImmutableArray<string> UsualNames(string side) => side == Sides[0] ? ["query"] : ["document", "passage", "corpus"];

    private static string NameOf(string name, int depth, int? size) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}@{depth}{(size is { } cut ? $"_{cut}" : "")}");

    // the places of the right ones from 1, ascending; of equally similar documents the wrong ones come first. Null where a cosine is no number
    private static int[]? RanksOf(int[] positives, ReadOnlySpan<float> query, UnitVectors documents)
    {
        var cosines = new double[documents.Count];
        for (var document = 0; document < cosines.Length; document++)
        {
            cosines[document] = UnitVectors.Cosine(query, documents[document]);
        }

        if (!Array.TrueForAll(cosines, double.IsFinite))
        {
            return null;
        }

        var right = positives.Select(place => cosines[place]).OrderDescending().ToArray();
        var isRight = positives.ToHashSet();
        var ranks = new int[right.Length];
        for (var place = 0; place < right.Length; place++)
        {
            var wrongBefore = 0;
            for (var document = 0; document < cosines.Length; document++)
            {
                wrongBefore += cosines[document] >= right[place] && !isRight.Contains(document) ? 1 : 0;
            }

            ranks[place] = place + 1 + wrongBefore;
        }

        return ranks;
    }

    private static double[] ValuesOf(int[] ranks, int depth)
    {
        var ideal = Enumerable.Range(1, Math.Min(UsualDepth, ranks.Length)).Sum(Discounted);
        return
        [
            ranks.Where(rank => rank <= UsualDepth).Sum(Discounted) / ideal,
            (double)ranks.Count(rank => rank <= depth) / ranks.Length,
            ranks[0] <= UsualDepth ? 1.0 / ranks[0] : 0,
        ];
    }

    private static double Discounted(int rank) => 1 / Math.Log2(rank + 1);

    /// <summary>The mean over queries of what their documents' places are worth.</summary>
    private sealed record RankMetric(string Key, string Meaning) : MeanMetric(new ScoreColumn(Key, ScoreForm.Number))
    {
        public override string Name => Key;

        public override string Label => Key;

        public override string Summary => Meaning;

        public override (double Lowest, double Highest) Range => (0, 1);

        public override bool IsShare => true;

        public override string CardMeaning => Meaning;
    }
}
