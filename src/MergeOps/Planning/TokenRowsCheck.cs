using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>
/// Refuses what would be merged by number although it seems to belong to tokens: tensors that are known as neither embedding nor head and have as many
/// rows as their model has tokens, while the rows of embeddings are matched by token.
/// </summary>
/// <param name="recipe">The recipe.</param>
/// <param name="models">The metadata of every model.</param>
/// <param name="tokenizer">The output's tokenizer.</param>
internal sealed partial class TokenRowsCheck(Recipe recipe, ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer)
{
    private const int MostNamed = 4;

    private readonly Dictionary<int, HashSet<long>> counts = [];
    private readonly Dictionary<int, HashSet<long>> widths = [];

    /// <summary>One error that names the tensors.</summary>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="aligned">The same places after rows were matched by token.</param>
    /// <param name="jobs">The output tensors; those with problems may be missing.</param>
    /// <param name="diagnostics">Takes the error, or a warning where tokenizers differ and no tensor seems to belong to tokens.</param>
    public void Run(IReadOnlyList<OutputSlot> slots, IReadOnlyList<OutputSlot> aligned, ImmutableArray<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        var hasTable = slots.Any(slot => slot.Inputs.Any(input => recipe.Architecture.HasTokenRows(input.Name, input.Source.Shape)));
        var moved = hasTable ? Moved(slots, aligned) : [.. slots.SelectMany(slot => slot.Inputs).Select(input => input.Participant.Model).Distinct().Where(HasOtherTokens)];
        if (moved.Count == 0)
        {
            return;
        }

        var read = jobs.DistinctBy(job => job.Name).ToDictionary(job => job.Name, job => job.Read.Select(input => input.Model).ToHashSet(), StringComparer.Ordinal);
        var open = slots.Zip(aligned)
            .Where(pair => ReferenceEquals(pair.First, pair.Second) && read.TryGetValue(pair.First.Name, out var of) && of.Overlaps(moved) && IsOpen(pair.First, of))
            .Select(pair => pair.First)
            .ToList();
        var names = string.Join(" and ", moved.Order().Select(model => models[model].Model.Value.ToString()));
        var span = recipe.Tokenizer?.Source.Span ?? models[tokenizer.Giver].Model.Span;
        if (open.Count > 0)
        {
            var listed = string.Join(", ", open.Take(MostNamed).Select(slot => $"{TerminalText.Quoted(slot.Name)} [{string.Join(", ", slot.Inputs[0].Source.Shape)}]")) + (open.Count > MostNamed ? $" and {open.Count - MostNamed} more" : "");
            diagnostics.Error(
                Codes.VocabulariesMismatch,
                $"The rows of {names} change their places or their number with the tokens, and {listed} {(open.Count == 1 ? "has" : "have")} as many rows as there are tokens without being known as an embedding or a head. "
                + $"Say what {(open.Count == 1 ? "it is" : "they are")}: `architecture_overrides: {{ tensors: [{{ tensor: {TerminalText.Escape(open[0].Name)}, role: embedding }}] }}`, or `role: head`, matches rows by token; `role: weight` keeps them by number.",
                span);
        }
        else if (!hasTable && read.Values.Any(of => of.Overlaps(moved)))
        {
            diagnostics.Warning(
                Codes.VocabulariesNotCompared,
                $"The tokenizer of {names} differs from that of {models[tokenizer.Giver].Model.Value}, and no tensor is known as an embedding or a head, so all are merged by number. If one has a row for each token, say so under `architecture_overrides`: `role: embedding` or `role: head`.",
                span);
        }
    }

    private static HashSet<int> Moved(IReadOnlyList<OutputSlot> slots, IReadOnlyList<OutputSlot> aligned) =>
    [
        .. from pair in slots.Zip(aligned)
           where !ReferenceEquals(pair.First, pair.Second)
           from input in pair.First.Inputs.Zip(pair.Second.Inputs)
           where !ReferenceEquals(input.First.Source, input.Second.Source)
           select input.First.Participant.Model,
    ];

    private bool HasOtherTokens(int model) =>
        tokenizer.Vocabulary is { } output && models[model].Vocabulary is { } own && VocabularyComparison.Of(own, output).IsDifferent;

    private bool IsOpen(OutputSlot slot, HashSet<int> read) =>
        !recipe.Architecture.StatesRole(slot.Name)
        && !slot.Name.Contains('/', StringComparison.Ordinal)
        && !OtherTables().IsMatch(slot.Name)
        && slot.Inputs.Where(input => read.Contains(input.Participant.Model)).All(input =>
            RowsIn(input.Source) is { } rows && CountsOf(input.Participant).Contains(rows) && (!WidthsOf(input.Participant).Contains(rows) || TokenWords().IsMatch(slot.Name)));

    // a bias over the vocabulary may lie in one row
    private static long? RowsIn(TensorSource source) => source.Shape switch
    {
        [1, > 1 and var columns] => columns,
        [var numbers] => numbers,
        [var rows, _] => rows,
        _ => null,
    };

    private HashSet<long> CountsOf(Participant participant)
    {
        if (!counts.TryGetValue(participant.Model, out var known))
        {
            var metadata = participant.Metadata;
            long?[] told = [metadata.Rules.EmbeddingOf(metadata.Checkpoint)?.Shape[0], metadata.Config?.VocabularySize, metadata.Vocabulary?.Size];
            counts[participant.Model] = known = [.. told.OfType<long>().Where(count => count > 1)];
        }

        return known;
    }

    // what layers have again and again is no vocabulary, and small models have as many tokens as columns
    private HashSet<long> WidthsOf(Participant participant)
    {
        if (!widths.TryGetValue(participant.Model, out var known))
        {
            var rules = participant.Metadata.Rules;
            var places = participant.Sources.Select(source => (source.Value.Shape, Layer: rules.LayerOf(source.Key))).Where(source => source.Layer is not null).ToList();
            var depths = places.GroupBy(place => place.Layer!.Stack, StringComparer.Ordinal).ToDictionary(stack => stack.Key, stack => stack.Select(place => place.Layer!.Layer).Distinct().Count(), StringComparer.Ordinal);
            widths[participant.Model] = known =
            [
                .. places.GroupBy(place => (place.Layer!.Stack, place.Layer.Suffix)).Where(alike => depths[alike.Key.Stack] == 1 || alike.Skip(1).Any()).SelectMany(alike => alike.First().Shape),
                .. rules.EmbeddingOf(participant.Metadata.Checkpoint)?.Shape.Skip(1) ?? [],
            ];
        }

        return known;
    }

    [GeneratedRegex(@"position|wpe\.|pos_embed|rel_|relative|token_type|segment|norm|classifi|(^|\.)score\.", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex OtherTables();

    [GeneratedRegex(@"(embed|embeddings?|emb|wte|vocab\w*|\w*lm_head|logits\w*|predictions|lm_loss|output_projection)(\.(weight|bias))?$", RegexOptions.None, 1000)]
    private static partial Regex TokenWords();
}
