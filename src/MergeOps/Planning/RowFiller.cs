using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;

namespace MergeOps.Planning;

/// <summary>
/// Chooses the rows of a tensor that its model has not, by mergekit's rules: of what the recipe names, else of the only model that has the token, else of the
/// base, else the mean of those that have it, else zeros.
/// </summary>
internal sealed class RowFiller
{
    private readonly OutputTokenizer tokenizer;
    private readonly RowGivers givers;
    private readonly DiagnosticBag diagnostics;
    private readonly Dictionary<int, TokenSettings> settings = [];
    private readonly SortedSet<int> withoutRow = [];
    private readonly SortedSet<int> withoutRowAhead = [];
    private readonly HashSet<TokenSettings> used = [];
    private readonly HashSet<(DiagnosticCode, SourceSpan?)> reported = [];

    /// <summary>Chooses by what a recipe says of tokens.</summary>
    /// <param name="tokens">What it says.</param>
    /// <param name="tokenizer">The output's tokenizer.</param>
    /// <param name="givers">The models that can give rows.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public RowFiller(IEnumerable<TokenSettings> tokens, OutputTokenizer tokenizer, RowGivers givers, DiagnosticBag diagnostics)
    {
        (this.tokenizer, this.givers, this.diagnostics) = (tokenizer, givers, diagnostics);
        foreach (var token in tokens)
        {
            if (tokenizer.Vocabulary!.IdOf(token.Text.Value) is { } id)
            {
                settings[id] = token;
            }
        }
    }

    /// <summary>The tokens that no model had a row for, by id.</summary>
    public IReadOnlyCollection<int> WithoutRow => withoutRow;

    /// <summary>The tokens that had no row in a layer that predicts tokens further ahead, by id: such a layer has tables of its own.</summary>
    public IReadOnlyCollection<int> WithoutRowAhead => withoutRowAhead;

    /// <summary>Whether the recipe names the row of a token, and wants it even where the model has one.</summary>
    public bool IsForced(int id) => settings.GetValueOrDefault(id) is { IsForced: true };

    /// <summary>Adds the row of a token that the model lacks, or for which another one is wanted.</summary>
    /// <param name="slot">The tensor's place.</param>
    /// <param name="id">The token's id.</param>
    /// <param name="joined">The models that take part.</param>
    /// <param name="origin">The base, if any.</param>
    /// <param name="rows">Takes the row.</param>
    public void Add(OutputSlot slot, int id, List<RowGiver> joined, int? origin, RowCollector rows)
    {
        if (settings.GetValueOrDefault(id) is { Source: { } source } setting && !LacksTable(slot, source))
        {
            used.Add(setting);
            AddConfigured(slot, id, setting, source, rows);
        }
        else
        {
            AddByRule(id, joined, origin, rows, IsOfAhead(slot) ? withoutRowAhead : withoutRow);
        }
    }

    /// <summary>Tells of rows that the recipe names and that do not exist, whether or not a model needs them.</summary>
    public void CheckSources(OutputSlot slot)
    {
        foreach (var (id, setting) in settings.Where(setting => setting.Value.Source is { Model: not null } source && !LacksTable(slot, source)))
        {
            RowOf(slot, id, setting, setting.Source!);
        }
    }

    /// <summary>Tells of rows that the recipe names and that no model took.</summary>
    public void ReportIdle()
    {
        foreach (var setting in settings.Values.Where(setting => setting.Source is not null && !used.Contains(setting) && !reported.Contains((Codes.TokenSourceMissing, setting.Source.Span))))
        {
            diagnostics.Warning(
                Codes.KeyWithoutEffect,
                $"Every model of the merge already has a row for {TerminalText.Quoted(setting.Text.Value)}, so this source is not used. Add `force: true` to give its row to all of them, or remove the source.",
                setting.Source!.Span);
        }
    }

    /// <summary>Adds a row that belongs to no token: kept as it is where it belongs to none in the model, too.</summary>
    public void AddUnused(OutputSlot slot, int row, RowGiver own, List<RowGiver> having, RowCollector rows)
    {
        var filler = having.Find(giver => giver.Model == tokenizer.Giver) ?? givers.Foreign(slot, tokenizer.Giver);
        if (row < own.Source.Shape[0] && own.Vocabulary.At(row) is null)
        {
            rows.AddOwn(row);
        }
        else if (filler is not null && row < filler.Source.Shape[0] && filler.Vocabulary.At(row) is null)
        {
            rows.Add(filler.Source, row);
        }
        else
        {
            rows.AddZeros();
        }
    }

    // who names a model for a token means its embedding and head, and not every model has layers with tables of their own
    private bool LacksTable(OutputSlot slot, TokenRowSource source) => IsOfAhead(slot) && source.Model is not null && GiverOf(slot, source) is null;

    // numbered on after the model's own layers, or by themselves
    private static bool IsOfAhead(OutputSlot slot) => slot.IsAhead || AheadLayers.IsStack(slot.Name);

    private RowGiver? GiverOf(OutputSlot slot, TokenRowSource source) =>
        slot.InputOf(participant => participant.Metadata.Model.Value == source.Model!.Value) is { } input ? givers.Of(input.Participant.Model, input.Source)
        : givers.IndexOf(source) is { } index ? givers.Foreign(slot, index)
        : null;

    private static void AddByRule(int id, List<RowGiver> joined, int? origin, RowCollector rows, SortedSet<int> without)
    {
        var having = joined.FindAll(giver => giver.Match[id] >= 0);
        var chosen = having is [var only] ? only : having.Find(giver => giver.Model == origin);
        if (chosen is not null)
        {
            rows.Add(chosen.Source, chosen.Match[id]);
        }
        else if (having.Count > 0)
        {
            rows.AddMean(having.Select(giver => (giver.Source, giver.Match[id])));
        }
        else
        {
            without.Add(id);
            rows.AddZeros();
        }
    }

    private void AddConfigured(OutputSlot slot, int id, TokenSettings setting, TokenRowSource source, RowCollector rows)
    {
        if (source.Model is not null && RowOf(slot, id, setting, source) is { } place)
        {
            rows.Add(place.Source, place.Row);
        }
        else
        {
            rows.AddZeros();
        }
    }

    // the row that the recipe names; null where there is none, which is told
    private (TensorSource Source, int Row)? RowOf(OutputSlot slot, int id, TokenSettings setting, TokenRowSource source)
    {
        var model = source.Model!;
        var giver = GiverOf(slot, source);
        long? row = giver is null ? null
            : source.TokenId ?? (source.Token is { } token ? giver.Vocabulary.IdOf(token) : giver.Match[id] >= 0 ? giver.Match[id] : null);
        if (row is { } found && found < giver!.Source.Shape[0])
        {
            return (giver.Source, (int)found);
        }

        var what = giver is null ? $"has no {TerminalText.Quoted(slot.Name)} of this width"
            : source.TokenId is { } number ? $"has {giver.Source.Shape[0]} rows in {TerminalText.Quoted(giver.Source.Name)}, and none with the number {number}"
            : $"has no token {TerminalText.Quoted(source.Token ?? setting.Text.Value)} with a row";
        if (reported.Add((Codes.TokenSourceMissing, source.Span)))
        {
            diagnostics.Error(Codes.TokenSourceMissing, $"{model.Value} {what}. Take the row from a model that has it.", source.Span);
        }

        return null;
    }
}
