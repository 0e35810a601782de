using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>
/// Whether the rows of embeddings belong together: compares the vocabulary of each model whose embedding or head is merged with that of the model that gives
/// the tokenizer.
/// </summary>
internal sealed class VocabularyCheck
{
    private readonly Recipe recipe;
    private readonly ImmutableArray<ModelMetadata> models;
    private readonly OutputTokenizer tokenizer;
    private readonly TokenAlignment? alignment;
    private readonly int donor;
    private readonly Dictionary<(int Model, int Reference), VocabularyDifference> differences = [];

    /// <summary>Compares nothing yet.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The metadata of every model of <see cref="ReferencedModels"/>, in that order.</param>
    /// <param name="tokenizer">The output's tokenizer.</param>
    /// <param name="alignment">What matches rows by token; null where they are merged by number.</param>
    public VocabularyCheck(Recipe recipe, ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer, TokenAlignment? alignment)
    {
        (this.recipe, this.models, this.tokenizer, this.alignment) = (recipe, models, tokenizer, alignment);
        donor = tokenizer.Giver;
    }

    // one more than the highest id of the tokenizer that is written; null when none is, or it is not understood
    private int? WrittenIds => models[donor].Companions.Any(CompanionFiles.IsTokenizer) ? tokenizer.Vocabulary?.Size : null;

    // a recipe that says how rows are matched is not warned of it
    private bool IsSaid => alignment is not null && recipe.Tokenizer is not null;

    private long? DonorsRows => models[donor].Rules.EmbeddingOf(models[donor].Checkpoint)?.Shape[0];

    /// <summary>What the rows of the output must hold.</summary>
    /// <param name="slots">Every output tensor's place.</param>
    public VocabularyDecision Decide(IReadOnlyList<OutputSlot> slots) => new(
        donor,
        // a model that has no rows for some of its own tokens cannot give them
        WrittenIds is { } ids ? (int)Math.Min(ids, DonorsRows ?? ids) : null,
        RowsOfModels(slots, []).Any(rows => Difference(rows.Model, donor)?.IsExtended == true));

    /// <summary>Tells what was found.</summary>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="jobs">The output tensors; those with problems may be missing.</param>
    /// <param name="diagnostics">Takes one finding for each kind of difference, and errors where rows do not belong together.</param>
    public void Report(IReadOnlyList<OutputSlot> slots, ImmutableArray<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        var rows = RowsOfModels(slots, jobs);
        var reference = models[donor].Vocabulary is null ? rows.FirstOrDefault(of => models[of.Model].Vocabulary is not null)?.Model ?? donor : donor;
        var words = new VocabularyWords(NameOf(reference), givesTokenizer: reference == donor, tokenizer.Edit.Appended.Length);
        var findings =
            from of in rows
            where of.Model != reference
            from finding in Difference(of.Model, reference) is { } difference ? words.Of(difference, MatchOf(of.Model, reference)) : NotCompared(of, reference, rows, words)
            group models[of.Model] by finding;
        foreach (var (model, _) in rows.Where(of => of.Model != reference && models[of.Model].Vocabulary is { } vocabulary && !ReferenceEquals(vocabulary, models[reference].Vocabulary)))
        {
            if (Difference(model, reference) is { } difference && !words.Of(difference, MatchOf(model, reference)).Any())
            {
                diagnostics.Detail(
                    Codes.MinorDifference, $"The tokenizer of {NameOf(model)} has the tokens of {NameOf(reference)} under the same ids{words.Minor(difference)}.", models[model].Model.Span);
            }
        }

        // why the tokenizer cannot be made is why rows cannot be matched
        var isToldWhy = diagnostics.Any(found => found.Code == Codes.TokenizerNotMade || found.Code == Codes.LockDisagrees);
        foreach (var alike in findings.Where(alike => !isToldWhy || alike.Key.Severity is not Severity.Error))
        {
            diagnostics.Add(alike.Key.Of([.. alike.Select(metadata => metadata.Model.Value.ToString())], alike.First().Model.Span));
        }

        CheckRows(jobs, diagnostics);
    }

    /// <summary>How the vocabularies differ and what the rows of the output hold, for people; empty where all is one vocabulary.</summary>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="jobs">The output tensors.</param>
    public ImmutableArray<string> Lines(IReadOnlyList<OutputSlot> slots, ImmutableArray<TensorJob> jobs)
    {
        var words = new VocabularyWords(NameOf(donor), givesTokenizer: true, tokenizer.Edit.Appended.Length);
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var model in RowsOfModels(slots, jobs).Select(rows => rows.Model).Where(model => model != donor))
        {
            if (Difference(model, donor) is { } difference && words.All(difference) is { Length: > 0 } text)
            {
                lines.Add($"{NameOf(model)}: {text}");
            }
        }

        if (lines.Count == 0 && alignment is null && tokenizer.Edit.IsEmpty)
        {
            return [];
        }

        lines.Insert(0, words.Output(tokenizer, RowsOf(TensorRole.TokenEmbedding, jobs)));
        lines.AddRange((alignment?.Counts ?? ImmutableDictionary<int, RowCounts>.Empty).Where(rows => rows.Value is not { Moved: 0, Filled: 0 }).OrderBy(rows => rows.Key)
            .Select(rows => VocabularyWords.Rows(NameOf(rows.Key), rows.Value)));
        return lines.ToImmutable();
    }

    private RowMatch MatchOf(int model, int reference) =>
        new(WhyNotByToken(reference), IsSaid, id => alignment?.Givers.IsOneRow(model, id) != false, new(() => alignment?.Givers.LostTokensOf(model) ?? []));

    // null where rows of different vocabularies are matched by token
    private string? WhyNotByToken(int reference) =>
        alignment is not null ? null
        : reference != donor ? $"the tokenizer of {NameOf(donor)}, which the output would get, is not understood. Name one of the models whose tokenizer is, such as `tokenizer_source: {NameOf(reference)}`."
        : $"the lock has only outlines of the vocabularies. Run `mergeops lock {recipe.Path}`.";

    private VocabularyDifference? Difference(int model, int reference)
    {
        if (models[model].Vocabulary is not { } mine || models[reference].Vocabulary is not { } other)
        {
            return null;
        }

        return differences.TryGetValue((model, reference), out var known) ? known : differences[(model, reference)] = VocabularyComparison.Of(mine, other);
    }

    // of each model whose embedding or head goes into the output, in the order of the models
    private List<ModelRows> RowsOfModels(IReadOnlyList<OutputSlot> slots, ImmutableArray<TensorJob> jobs)
    {
        var rows = new ModelRows?[models.Length];
        foreach (var slot in slots.Where(slot => !slot.IsInLayer && slot.Inputs.Any(input => HasTokenRows(input))))
        {
            var read = jobs.FirstOrDefault(job => job.Name == slot.Name)?.Read.Select(input => input.Model).ToHashSet();
            foreach (var input in slot.Inputs.Where(input => HasTokenRows(input) && (read is null || read.Contains(input.Participant.Model))))
            {
                rows[input.Participant.Model] = new(input.Participant.Model, input.Source.Shape[0]);
            }
        }

        return [.. rows.OfType<ModelRows>()];
    }

    private bool HasTokenRows(SlotInput input) => recipe.Architecture.HasTokenRows(input.Name, input.Source.Shape);

    private IEnumerable<VocabularyFinding> NotCompared(ModelRows own, int reference, List<ModelRows> rows, VocabularyWords words)
    {
        var isLeftOut = recipe.Tokenizer is { } settings && TokenizerReader.IsUnion(settings.Source.Value) && models[reference].Vocabulary is not null;
        if (rows.Find(of => of.Model == reference) is not { Rows: var expected } || (own.Rows == expected && !isLeftOut))
        {
            return [];
        }

        var unknown = models[own.Model].Vocabulary is null ? models[own.Model] : models[reference];
        var hint = unknown.Remote is { Metadata.Version: < RepositoryMetadataText.Version }
            ? $"the lock has no tokenizer for {unknown.Model.Value}: `mergeops lock {recipe.Path}` adds it"
            : $"{unknown.Model.Value} has no tokenizer that is understood";
        return [own.Rows == expected ? words.NotJoined(hint) : words.NotCompared(own.Rows, expected, hint)];
    }

    private void CheckRows(ImmutableArray<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        if (RowsOf(TensorRole.TokenEmbedding, jobs) is not { } rows)
        {
            return;
        }

        var span = recipe.Tokenizer?.Source.Span ?? models[donor].Model.Span;
        if (WrittenIds > rows)
        {
            diagnostics.Add(new VocabularyWords(NameOf(donor), givesTokenizer: true, tokenizer.Edit.Appended.Length).RowsMissing(models[donor].Vocabulary!, rows, isDonorsOwn: DonorsRows <= rows, span));
        }

        if (RowsOf(TensorRole.OutputHead, jobs) is { } rowsOfHead && rowsOfHead != rows
            && (models[donor].Rules.HeadOf(models[donor].Checkpoint) is not { Shape: [var ownHead, ..] } || ownHead == DonorsRows))
        {
            diagnostics.Error(
                Codes.EmbeddingAndHeadDiffer,
                $"The output's embedding would have {rows} rows and its head {rowsOfHead}: no loader accepts that. Take both from models with the same number of rows, such as the same model in the first and the last slice.",
                span);
        }
    }

    private long? RowsOf(TensorRole role, ImmutableArray<TensorJob> jobs) =>
        jobs.FirstOrDefault(job => job.Shape.Length == 2 && !recipe.Architecture.IsInLayer(job.Name) && recipe.Architecture.HasTokenRows(job.Name, job.Shape) && job.Inputs.Any(input => recipe.Architecture.RoleOf(job.Name, input.Source.Shape) == role))?.Shape[0];

    private string NameOf(int model) => models[model].Model.Value.ToString();

    private sealed record ModelRows(int Model, long Rows);
}
