using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Planning;

/// <summary>
/// Brings the rows of embeddings and heads into the order of the output's vocabulary, by mergekit's rules: a token that a model lacks has there the row of the
/// only model that has it, else of the base, else the mean of those that have it, else zeros. Where rows belong together by number already, nothing changes.
/// </summary>
internal sealed class TokenAlignment
{
    private readonly Recipe recipe;
    private readonly ImmutableArray<ModelMetadata> models;
    private readonly OutputTokenizer tokenizer;
    private readonly DiagnosticBag diagnostics;
    private readonly RowGivers givers;
    private readonly RowFiller filler;
    private readonly Dictionary<int, RowCounts> counts = [];

    private TokenAlignment(Recipe recipe, ImmutableArray<ModelMetadata> models, ImmutableArray<ModelTensors> tensors, OutputTokenizer tokenizer, DiagnosticBag diagnostics)
    {
        (this.recipe, this.models, this.tokenizer, this.diagnostics) = (recipe, models, tokenizer, diagnostics);
        givers = new(recipe, models, tensors, tokenizer);
        filler = new(recipe.Tokenizer?.Tokens ?? [], tokenizer, givers, diagnostics);
    }

    /// <summary>How many rows of each model whose rows are rearranged come from where.</summary>
    public IReadOnlyDictionary<int, RowCounts> Counts => counts;

    /// <summary>The models that give rows.</summary>
    public RowGivers Givers => givers;

    /// <summary>The tokens that no model has a row for.</summary>
    public IEnumerable<Token> WithoutRow => filler.WithoutRow.Select(id => Output.At(id)!.Value);

    private Vocabulary Output => tokenizer.Vocabulary!;

    private long? Multiple => recipe.Tokenizer?.PadToMultipleOf?.Value;

    /// <summary>What rearranges the rows of a plan; null where they belong together by number, or where too little is known of the vocabularies.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The metadata of every model.</param>
    /// <param name="tensors">Their tensors, in the same order.</param>
    /// <param name="tokenizer">The output's tokenizer.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static TokenAlignment? Of(
        Recipe recipe, ImmutableArray<ModelMetadata> models, ImmutableArray<ModelTensors> tensors, OutputTokenizer tokenizer, IReadOnlyList<OutputSlot> slots, DiagnosticBag diagnostics)
    {
        var owners = slots.Where(slot => IsOfTokens(slot, recipe.Architecture)).SelectMany(slot => slot.Inputs).Select(input => input.Participant.Model).Distinct().ToList();
        if (owners.Count == 0 || tokenizer.Vocabulary is null)
        {
            if (recipe.Tokenizer is { PadToMultipleOf: { } unused })
            {
                diagnostics.Error(Codes.TokenizerNotMade, "No vocabulary is understood, so there are no rows to pad. Remove 'pad_to_multiple_of'.", unused.Span);
            }

            return null;
        }

        if (!IsNeeded(recipe, models, tokenizer, owners))
        {
            return null;
        }

        if (RowsBeyond(models[tokenizer.Giver], tokenizer.Vocabulary) is { } beyond)
        {
            diagnostics.Error(
                Codes.TokenizerNotMade,
                $"The tokenizer of {models[tokenizer.Giver].Model.Value} has ids up to {tokenizer.Vocabulary.Size - 1}, its embedding has {beyond} rows, and not every id in between has a token. Use the tokenizer of another model: `tokenizer_source`.",
                recipe.Tokenizer?.Source.Span ?? models[tokenizer.Giver].Model.Span);
            return null;
        }

        // an outline tells that vocabularies differ, and not where the tokens are
        var outlined = owners.Append(tokenizer.Giver).Where(model => RowGivers.WholeOf(models, tokenizer, model) is null).Distinct().ToList();
        if (outlined.Count == 0)
        {
            return new(recipe, models, tensors, tokenizer, diagnostics);
        }

        if (recipe.Tokenizer is not null)
        {
            diagnostics.Error(
                Codes.LockDisagrees,
                $"The lock has only an outline of the vocabulary of {models[outlined[0]].Model.Value}, but this recipe needs all of its tokens. Run `mergeops lock {recipe.Path}`.",
                models[outlined[0]].Model.Span);
        }

        return null;
    }

    /// <summary>The places with the rows of the output's tokens.</summary>
    public ImmutableArray<OutputSlot> Align(IReadOnlyList<OutputSlot> slots)
    {
        ImmutableArray<OutputSlot> aligned = [.. slots.Select(slot => IsOfTokens(slot, recipe.Architecture) ? Align(slot) : IsRowOfTokens(slot) ? AlignColumns(slot) : slot)];
        filler.ReportIdle();
        foreach (var alike in WithoutRow.GroupBy(token => givers.HolderOf(token.Text)))
        {
            ReportWithoutRow([.. alike], alike.Key);
        }

        ReportWithoutRowAhead([.. filler.WithoutRowAhead.Except(filler.WithoutRow).Select(id => Output.At(id)!.Value)]);

        return aligned;
    }

    private void ReportWithoutRow(ImmutableArray<Token> tokens, string? holder)
    {
        var isOne = tokens.Length == 1;
        var listed = Listed(tokens);
        diagnostics.Warning(
            Codes.TokensWithoutRow,
            holder is null
                ? $"No model of the merge has {(isOne ? "the token" : $"{tokens.Length} tokens")} ({listed}): {(isOne ? "its row is" : "their rows are")} zeros. Give a source under 'tokens', or use a tokenizer without {(isOne ? "it" : "them")}."
                : $"{holder} has {(isOne ? "the token" : $"{tokens.Length} tokens")} ({listed}), and none of the models whose rows go into the output does: {(isOne ? "its row is" : "their rows are")} zeros. `tokens: {{ {TerminalText.Quoted(tokens[0].Text)}: {{ source: {holder} }} }}` under 'tokenizer' takes the row of that model{(isOne ? "" : ", so for each of them")}.",
            recipe.Tokenizer?.Source.Span ?? models[tokenizer.Giver].Model.Span);
    }

    // what such layers predict is a draft, which the layers before them check
    private void ReportWithoutRowAhead(ImmutableArray<Token> tokens)
    {
        if (!tokens.IsEmpty)
        {
            var isOne = tokens.Length == 1;
            diagnostics.Note(
                Codes.TokensWithoutRow,
                $"The layers that predict tokens further ahead have an embedding or a head of their own, and no model that has them has {(isOne ? "the token" : $"{tokens.Length} tokens")} ({Listed(tokens)}): {(isOne ? "its row there is" : "their rows there are")} zeros. They predict {(isOne ? "it" : "these")} poorly; the model's own output is not affected.",
                recipe.Tokenizer?.Source.Span ?? models[tokenizer.Giver].Model.Span);
        }
    }

    private static string Listed(ImmutableArray<Token> tokens) =>
        $"{string.Join("; ", tokens.Take(3).Select(token => $"{TerminalText.Quoted(token.Text)} {token.Id}"))}{(tokens.Length > 3 ? "; …" : "")}";

    private static bool IsNeeded(Recipe recipe, ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer, List<int> owners) =>
        !tokenizer.Edit.Appended.IsEmpty
        || recipe.Tokenizer is { Tokens.IsEmpty: false } or { PadToMultipleOf: not null }
        || owners.Exists(model => models[model].Vocabulary is { } own && VocabularyComparison.Of(own, tokenizer.Vocabulary!).IsDifferent);

    // the rows of a model whose tokenizer goes on far behind them; null where it does not
    private static long? RowsBeyond(ModelMetadata giver, Vocabulary vocabulary) =>
        giver.Rules.EmbeddingOf(giver.Checkpoint)?.Shape[0] is { } rows && rows < vocabulary.Size
        && vocabulary.Ranges.Sum(range => Math.Max(0, range.Last - Math.Max(range.First, rows) + 1)) < vocabulary.Size - rows
            ? rows
            : null;

    // a classifier's head has rows for other things than tokens
    private static bool IsOfTokens(OutputSlot slot, ArchitectureRules rules) =>
        slot.Inputs.All(input => (slot.IsInLayer ? rules.IsTableOfLayer(input.Name) : rules.HasTokenRows(input.Name, input.Source.Shape)) && input.Source.DType.IsNumeric() && input.Source.Shape.Skip(1).SequenceEqual(slot.Inputs[0].Source.Shape.Skip(1)))
        && slot.Inputs.All(input => input.Source.Shape[0] <= RowGivers.MostRows)
        && (IsPartial(slot, rules)
            || slot.Inputs.All(input => input.Source.Shape[0] >= (input.Participant.Metadata.Vocabulary?.Count ?? 0) || input.Source.Shape[0] == input.Participant.Embedding?.Shape[0]));

    // a table beside the embedding with rows for the first tokens alone
    private static bool IsPartial(OutputSlot slot, ArchitectureRules rules) =>
        slot.Inputs.All(input => rules.MayLackTokens(input.Name) && input.Source.Shape[0] < input.Participant.Embedding?.Shape[0]);

    private bool IsRowOfTokens(OutputSlot slot) =>
        !slot.IsInLayer && slot.Inputs.All(input => recipe.Architecture.IsRowOfTokens(input.Name, input.Source.Shape)) && IsOfTokens(Upright(slot), recipe.Architecture);

    // columns that belong to tokens, as rows of one element
    private static OutputSlot Upright(OutputSlot slot) =>
        slot with { Inputs = [.. slot.Inputs.Select(input => input with { Source = new Reshape(input.Source, [input.Source.Shape[1], 1]) })] };

    private OutputSlot AlignColumns(OutputSlot slot)
    {
        var upright = Upright(slot);
        var rows = Align(upright);
        return slot.Inputs.Select((input, i) => ReferenceEquals(rows.Inputs[i].Source, upright.Inputs[i].Source)).All(isSame => isSame)
            ? slot
            : slot with { Inputs = [.. slot.Inputs.Zip(rows.Inputs, (input, moved) => input with { Source = new Reshape(moved.Source, [1, moved.Source.Shape[0]]) })] };
    }

    private OutputSlot Align(OutputSlot slot)
    {
        var joined = slot.Inputs
            .DistinctBy(input => input.Participant.Model)
            .Select(input => givers.Of(input.Participant.Model, input.Source))
            .ToList();
        var origin = slot.Base?.Participant.Model ?? givers.Base;
        if (origin is { } known && joined.TrueForAll(giver => giver.Model != known) && givers.Foreign(slot, known) is { } other)
        {
            joined.Add(other);
        }

        filler.CheckSources(slot);
        return slot with { Inputs = [.. slot.Inputs.Select(input => input with { Source = Aligned(slot, input, joined, origin) })] };
    }

    private TensorSource Aligned(OutputSlot slot, SlotInput input, List<RowGiver> joined, int? origin)
    {
        var own = joined.Find(giver => giver.Model == input.Participant.Model)!;
        var (rows, tally) = (new RowCollector(input.Source), new RowCounts(0, 0, 0));
        long? limit = IsPartial(slot, recipe.Architecture) ? givers.RowsOfTokenizer(slot) : null;
        for (var id = 0; id < Math.Min(Output.Size, limit ?? Output.Size); id++)
        {
            if (own.Match[id] == TokenMatch.NoToken)
            {
                filler.AddUnused(slot, id, own, joined, rows);
            }
            else if (own.Match[id] >= 0 && !filler.IsForced(id))
            {
                rows.AddOwn(own.Match[id]);
                tally = own.Match[id] == id ? tally with { Same = tally.Same + 1 } : tally with { Moved = tally.Moved + 1 };
            }
            else
            {
                filler.Add(slot, id, joined, origin, rows);
                tally = tally with { Filled = tally.Filled + 1 };
            }
        }

        var count = limit ?? (Multiple is { } multiple ? (Output.Size + multiple - 1) / multiple * multiple : Math.Max(Output.Size, givers.RowsOfTokenizer(slot)));
        for (var row = Output.Size; Multiple is null && row < count; row++)
        {
            filler.AddUnused(slot, row, own, joined, rows);
        }

        if (limit is null && !slot.IsInLayer && recipe.Architecture.RoleOf(input.Name, input.Source.Shape) is TensorRole.TokenEmbedding)
        {
            counts[input.Participant.Model] = tally;
        }

        return MeanPadded.To(count, rows.Build());
    }
}
