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
    // a header may claim any number, and no vocabulary has as many tokens
    private const long MostRows = 2L * Vocabulary.HighestId;

    private readonly Recipe recipe;
    private readonly ImmutableArray<ModelMetadata> models;
    private readonly ImmutableArray<ModelTensors> tensors;
    private readonly OutputTokenizer tokenizer;
    private readonly DiagnosticBag diagnostics;
    private readonly Dictionary<int, TokenSettings> settings = [];
    private readonly HashSet<string> apart;
    private readonly Dictionary<(int Model, long Rows), int[]> matches = [];
    private readonly SortedSet<int> withoutRow = [];
    private readonly HashSet<(DiagnosticCode, SourceSpan?)> reported = [];
    private readonly Dictionary<int, RowCounts> counts = [];

    private TokenAlignment(Recipe recipe, ImmutableArray<ModelMetadata> models, ImmutableArray<ModelTensors> tensors, OutputTokenizer tokenizer, DiagnosticBag diagnostics)
    {
        (this.recipe, this.models, this.tensors, this.tokenizer, this.diagnostics) = (recipe, models, tensors, tokenizer, diagnostics);
        var tokens = recipe.Tokenizer?.Tokens ?? [];
        apart = tokens.Select(token => token.Text.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            if (Output.IdOf(token.Text.Value) is { } id)
            {
                settings[id] = token;
            }
        }
    }

    /// <summary>How many rows of each model whose rows are rearranged come from where.</summary>
    public IReadOnlyDictionary<int, RowCounts> Counts => counts;

    /// <summary>The tokens that no model has a row for.</summary>
    public IEnumerable<Token> WithoutRow => withoutRow.Select(id => Output.At(id)!.Value);

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
                diagnostics.Error(Codes.TokenizerNotMade, "There are no rows of a vocabulary that is understood. Leave 'pad_to_multiple_of' out.", unused.Span);
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
                $"The tokenizer of {models[tokenizer.Giver].Model.Value} has ids up to {tokenizer.Vocabulary.Size - 1}, its embedding has {beyond} rows, and not every id between has a token. Take the tokenizer of another model: `tokenizer_source`.",
                recipe.Tokenizer?.Source.Span ?? models[tokenizer.Giver].Model.Span);
            return null;
        }

        // an outline tells that vocabularies differ, and not where the tokens are
        var outlined = owners.Append(tokenizer.Giver).Where(model => WholeOf(models, tokenizer, model) is null).Distinct().ToList();
        if (outlined.Count == 0)
        {
            return new(recipe, models, tensors, tokenizer, diagnostics);
        }

        if (recipe.Tokenizer is not null)
        {
            diagnostics.Error(
                Codes.LockDisagrees,
                $"The lock has the outline of the vocabulary of {models[outlined[0]].Model.Value} only, and this recipe needs all of its tokens. Run `mergeops lock {recipe.Path}`.",
                models[outlined[0]].Model.Span);
        }

        return null;
    }

    /// <summary>The places with the rows of the output's tokens.</summary>
    public ImmutableArray<OutputSlot> Align(IReadOnlyList<OutputSlot> slots)
    {
        ImmutableArray<OutputSlot> aligned = [.. slots.Select(slot => IsOfTokens(slot, recipe.Architecture) ? Align(slot) : slot)];
        if (withoutRow.Count > 0)
        {
            diagnostics.Warning(
                Codes.TokensWithoutRow,
                $"No model of the merge has {(withoutRow.Count == 1 ? "the token" : $"{withoutRow.Count} tokens")} ({string.Join("; ", WithoutRow.Take(3).Select(token => $"{TerminalText.Quoted(token.Text)} {token.Id}"))}{(withoutRow.Count > 3 ? "; …" : "")}): {(withoutRow.Count == 1 ? "its row is" : "their rows are")} zeros. Give a source under 'tokens', or take a tokenizer without {(withoutRow.Count == 1 ? "it" : "them")}.",
                recipe.Tokenizer?.Source.Span ?? models[tokenizer.Giver].Model.Span);
        }

        return aligned;
    }

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

    // that of a model whose tokenizer nobody understands is taken for the giver's, as mergekit does
    private static Vocabulary? WholeOf(ImmutableArray<ModelMetadata> models, OutputTokenizer tokenizer, int model)
    {
        var giver = models[tokenizer.Giver].Vocabulary!;
        var own = models[model].Vocabulary ?? giver;
        return own.IsWhole ? own : giver.IsWhole && VocabularyComparison.Of(own, giver).IsSame ? giver : null;
    }

    // a classifier's head has rows for other things than tokens
    private static bool IsOfTokens(OutputSlot slot, ArchitectureRules rules) =>
        !slot.IsInLayer
        && slot.Inputs.All(input => rules.HasTokenRows(input.Name, input.Source.Shape) && input.Source.DType.IsNumeric() && input.Source.Shape.Skip(1).SequenceEqual(slot.Inputs[0].Source.Shape.Skip(1)))
        && slot.Inputs.All(input => input.Source.Shape[0] <= MostRows)
        && slot.Inputs.All(input => input.Source.Shape[0] >= (input.Participant.Metadata.Vocabulary?.Count ?? 0) || input.Source.Shape[0] == input.Participant.Embedding?.Shape[0]);

    private OutputSlot Align(OutputSlot slot)
    {
        var givers = slot.Inputs
            .DistinctBy(input => input.Participant.Model)
            .Select(input => GiverOf(input.Participant.Model, input.Source))
            .ToList();
        var origin = slot.Inputs.FirstOrDefault(input => input.Participant.IsBase)?.Participant.Model ?? IndexOf(recipe.BaseModel?.Value);
        if (origin is { } known && givers.TrueForAll(giver => giver.Model != known) && Foreign(slot, known) is { } joined)
        {
            givers.Add(joined);
        }

        return slot with { Inputs = [.. slot.Inputs.Select(input => input with { Source = Aligned(slot, input, givers, origin) })] };
    }

    private TensorSource Aligned(OutputSlot slot, SlotInput input, List<RowGiver> givers, int? origin)
    {
        var own = givers.Find(giver => giver.Model == input.Participant.Model)!;
        var parts = new List<TensorSource> { input.Source };
        var (map, tally) = (new RowMap.Builder(), new RowCounts(0, 0, 0));
        for (var id = 0; id < Output.Size; id++)
        {
            if (own.Match[id] == TokenMatch.NoToken)
            {
                AddUnused(slot, id, own, givers, parts, map);
                continue;
            }

            var setting = settings.GetValueOrDefault(id);
            if (own.Match[id] >= 0 && setting is not { IsForced: true })
            {
                map.Add(new(0, own.Match[id]));
                tally = own.Match[id] == id ? tally with { Same = tally.Same + 1 } : tally with { Moved = tally.Moved + 1 };
                continue;
            }

            tally = tally with { Filled = tally.Filled + 1 };
            if (setting?.Source is { } source)
            {
                AddConfigured(slot, id, setting, source, parts, map);
            }
            else
            {
                AddByRule(id, givers, origin, parts, map);
            }
        }

        var rows = Multiple is { } multiple ? (Output.Size + multiple - 1) / multiple * multiple : Math.Max(Output.Size, RowsOfGiver(slot));
        for (var row = Output.Size; Multiple is null && row < rows; row++)
        {
            AddUnused(slot, row, own, givers, parts, map);
        }

        if (recipe.Architecture.RoleOf(input.Name, input.Source.Shape) is TensorRole.TokenEmbedding)
        {
            counts[input.Participant.Model] = tally;
        }

        var built = map.Build();
        return MeanPadded.To(rows, IsWhole(built, input.Source) ? input.Source : new Rows([.. parts], built));
    }

    private static bool IsWhole(RowMap map, TensorSource source) => map.Runs is [{ Part: 0, Row: 0 }] && map.Count == source.Shape[0];

    // a row that belongs to no token: kept as it is where it belongs to none in the model, too
    private void AddUnused(OutputSlot slot, int row, RowGiver own, List<RowGiver> givers, List<TensorSource> parts, RowMap.Builder map)
    {
        var filler = givers.Find(giver => giver.Model == tokenizer.Giver) ?? Foreign(slot, tokenizer.Giver);
        if (row < own.Source.Shape[0] && own.Vocabulary.At(row) is null)
        {
            map.Add(new(0, row));
        }
        else if (filler is not null && row < filler.Source.Shape[0] && filler.Vocabulary.At(row) is null)
        {
            map.Add(new(PartOf(filler.Source, parts), row));
        }
        else
        {
            map.AddZeros();
        }
    }

    private void AddByRule(int id, List<RowGiver> givers, int? origin, List<TensorSource> parts, RowMap.Builder map)
    {
        var having = givers.FindAll(giver => giver.Match[id] >= 0);
        var chosen = having is [var only] ? only : having.Find(giver => giver.Model == origin);
        if (chosen is not null)
        {
            map.Add(new(PartOf(chosen.Source, parts), chosen.Match[id]));
        }
        else if (having.Count > 0)
        {
            map.AddMean([.. having.Select(giver => new RowPlace(PartOf(giver.Source, parts), giver.Match[id]))]);
        }
        else
        {
            withoutRow.Add(id);
            map.AddZeros();
        }
    }

    private void AddConfigured(OutputSlot slot, int id, TokenSettings setting, TokenRowSource source, List<TensorSource> parts, RowMap.Builder map)
    {
        if (source.Model is not { } model)
        {
            map.AddZeros();
            return;
        }

        var input = slot.Inputs.FirstOrDefault(input => input.Participant.Metadata.Model.Value == model.Value);
        var giver = input is not null ? GiverOf(input.Participant.Model, input.Source) : IndexOf(model.Value) is { } index ? Foreign(slot, index) : null;
        long? row = giver is null ? null
            : source.TokenId ?? (source.Token is { } token ? giver.Vocabulary.IdOf(token) : giver.Match[id] >= 0 ? giver.Match[id] : null);
        if (row is { } found && found < giver!.Source.Shape[0])
        {
            map.Add(new(PartOf(giver.Source, parts), (int)found));
            return;
        }

        map.AddZeros();
        var what = giver is null ? $"has no {TerminalText.Quoted(slot.Name)} of this width"
            : source.TokenId is { } number ? $"has {giver.Source.Shape[0]} rows in {TerminalText.Quoted(giver.Source.Name)}, and none of the number {number}"
            : $"has no token {TerminalText.Quoted(source.Token ?? setting.Text.Value)} with a row";
        if (reported.Add((Codes.TokenSourceMissing, source.Span)))
        {
            diagnostics.Error(Codes.TokenSourceMissing, $"{model.Value} {what}. Take the row from a model that has it.", source.Span);
        }
    }

    private static int PartOf(TensorSource source, List<TensorSource> parts)
    {
        var part = parts.FindIndex(known => ReferenceEquals(known, source));
        if (part < 0)
        {
            parts.Add(source);
            part = parts.Count - 1;
        }

        return part;
    }

    private long RowsOfGiver(OutputSlot slot) =>
        (slot.Inputs.FirstOrDefault(input => input.Participant.Model == tokenizer.Giver)?.Source ?? SourceOf(slot, tokenizer.Giver))?.Shape[0]
        ?? slot.Inputs.Max(input => input.Source.Shape[0]);

    // a model that does not take part here, and whose tensor of the same name has rows of the same width
    private RowGiver? Foreign(OutputSlot slot, int model) =>
        SourceOf(slot, model) is { } source && source.Shape.Skip(1).SequenceEqual(slot.Inputs[0].Source.Shape.Skip(1)) && WholeOf(models, tokenizer, model) is not null
            ? GiverOf(model, source)
            : null;

    private TensorSource? SourceOf(OutputSlot slot, int model)
    {
        var known = tensors[model].Sources;
        var source = known.GetValueOrDefault(slot.Name)
            ?? (recipe.Architecture.IsHeadMatrix(slot.Name) && models[model].Config?.TiesEmbeddings != false
                && recipe.Architecture.EmbeddingOf([.. known.Select(source => (source.Key, source.Value.Shape))]) is { } embedding
                ? known[embedding]
                : null);
        return source?.Shape[0] <= MostRows ? source : null;
    }

    private RowGiver GiverOf(int model, TensorSource source)
    {
        var vocabulary = WholeOf(models, tokenizer, model)!;
        var rows = source.Shape[0];
        if (!matches.TryGetValue((model, rows), out var match))
        {
            match = matches[(model, rows)] = TokenMatch.Of(Output, vocabulary, rows, apart);
        }

        return new(model, source, vocabulary, match);
    }

    private int? IndexOf(ModelReference? model) => model is null ? null : models.Select((metadata, index) => (metadata, index)).Where(known => known.metadata.Model.Value == model).Select(known => (int?)known.index).FirstOrDefault();

    /// <summary>A model that can give rows to a tensor.</summary>
    /// <param name="Model">Its index.</param>
    /// <param name="Source">The rows.</param>
    /// <param name="Vocabulary">Whose they are.</param>
    /// <param name="Match">Its row for each id of the output.</param>
    private sealed record RowGiver(int Model, TensorSource Source, Vocabulary Vocabulary, int[] Match);
}

/// <summary>Where the rows of a model's embedding come from.</summary>
/// <param name="Same">Its own ones with the same number.</param>
/// <param name="Moved">Its own ones with another number.</param>
/// <param name="Filled">Those of tokens that it lacks, or for which the recipe names another row.</param>
internal sealed record RowCounts(int Same, int Moved, int Filled);
