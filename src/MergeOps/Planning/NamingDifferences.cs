using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>
/// Collects the tensors that a model lacks and says once for each model what is behind it: another prefix, experts
/// stored another way, another naming of one architecture, or weights that are really missing.
/// </summary>
internal sealed class NamingDifferences
{
    private const int MostNamed = 3;

    private const int MostShown = 12;

    private const string SaveAlike =
        "load one of them with transformers and save it with save_pretrained in the version that wrote the other, so that both have the same names.";

    private const string IfAlike = "Two architectures cannot be merged. If they are one, " + SaveAlike;

    private readonly Dictionary<(int Model, int Leader), (Participant Participant, Participant Leader, List<string> Names)> missing = [];

    /// <summary>Notes that a model lacks a tensor that the leader has.</summary>
    public void Add(Participant participant, Participant leader, string name)
    {
        if (!missing.TryGetValue((participant.Model, leader.Model), out var entry))
        {
            missing[(participant.Model, leader.Model)] = entry = (participant, leader, []);
        }

        entry.Names.Add(name);
    }

    /// <summary>An error for each model that lacks tensors.</summary>
    public void Report(DiagnosticBag diagnostics)
    {
        foreach (var (pair, (participant, leader, names)) in missing)
        {
            if (IsSaidByOther(pair, names.Count))
            {
                continue;
            }

            names.Sort(StringComparer.Ordinal);
            diagnostics.Error(
                Codes.TensorMissing,
                Explain(participant, leader, names),
                participant.Entry?.Model.Span ?? participant.Metadata.Model.Span);
        }
    }

    // a head under another name is missing on both sides; the model that lacks more is the one that differs
    private bool IsSaidByOther((int Model, int Leader) pair, int lacking) =>
        missing.TryGetValue((pair.Leader, pair.Model), out var other)
        && (other.Names.Count > lacking || (other.Names.Count == lacking && pair.Model < pair.Leader));

    private static string Explain(Participant participant, Participant leader, List<string> names)
    {
        var (own, known) = (participant.Sources, leader.Sources);
        var (model, other) = (participant.Metadata.Model.Value.ToString(), leader.Metadata.Model.Value.ToString());
        var extra = own.Keys.Where(name => !known.ContainsKey(name)).ToList();
        if (Parts(participant, leader, names, extra) is { } parts)
        {
            return parts;
        }

        if (PrefixBetween(names, extra) is { } prefix)
        {
            var (longer, shorter) = prefix.IsOnModel ? (model, other) : (other, model);
            return $"{longer} puts {TerminalText.Quoted(prefix.Text)} before the names that {shorter} uses: {TerminalText.Quoted(prefix.Extra)} there is {TerminalText.Quoted(prefix.Name)}. {MapOr(IfAlike, participant, leader, names, extra)}";
        }

        var (lacks, has) = (PatternText.Of(names, MostNamed), PatternText.Of(extra, MostNamed));
        if (StoresExperts(names) is { } leaders && StoresExperts(extra) is { } models && leaders != models)
        {
            return $"{model} stores its experts {models} ({has}), {other} {leaders} ({lacks}). {char.ToUpperInvariant(SaveAlike[0])}{SaveAlike[1..]}";
        }

        return extra.Count * 2 >= names.Count
            ? $"{model} names its tensors differently from {other}: it has {has} where {other} has {lacks}. {MapOr(IfAlike, participant, leader, names, extra)}"
            : $"{model} lacks {Count(names.Count)} that {other} has: {lacks}. {OwnPart(participant, leader, names) ?? $"Use a copy of {model} that holds all of its weights, or models of one architecture."}";
    }

    // what one model alone was trained with, as a head for classes
    private static string? OwnPart(Participant participant, Participant leader, List<string> names)
    {
        var words = names.Select(name => name.Split('.')[0]).Distinct(StringComparer.Ordinal).ToList();
        if (participant.Range is not null || words is not [var word] || word == names[0] || ModelParts.IsLanguage(word) || names.Exists(participant.Metadata.Rules.IsInLayer)
            || participant.Sources.Keys.Any(name => name.Split('.').Contains(word, StringComparer.Ordinal)) || leader.Sources.Keys.Count(name => name.Split('.').Contains(word, StringComparer.Ordinal)) != names.Count)
        {
            return null;
        }

        var other = leader.Metadata.Model.Value;
        return $"If {other} alone was trained with that part, keep its own and merge the rest; else use a copy of {participant.Metadata.Model.Value} that holds all of its weights.\nmodules:\n  {TerminalText.Escape(word)}:\n    models: [{{ model: {TerminalText.Escape(other.ToString())} }}]\n  text_decoder:\n    models: …";
    }

    // equal shapes and ends of names are no proof: a person has to say that it is one architecture
    private static string MapOr(string otherwise, Participant participant, Participant leader, List<string> names, List<string> extra)
    {
        return Map(participant, leader, names, extra) is { } map
            ? $"If they are one architecture, their tensors correspond like this, found by shapes and ends of names. Check the list, and put it into the recipe:{map}"
            : otherwise;
    }

    // a text model beside one of several parts
    private static string? Parts(Participant participant, Participant leader, List<string> names, List<string> extra)
    {
        var others = names.FindAll(ModelParts.IsOfOtherPart);
        var (language, map) = (names.Except(others).ToList(), "");
        if (others.Count == 0 || participant.Sources.Keys.Any(ModelParts.IsOfOtherPart) || (language.Count > 0 && (map = Map(participant, leader, language, extra)) is null))
        {
            return null;
        }

        var (model, other, form) = (participant.Metadata.Model.Value.ToString(), leader.Metadata.Model.Value.ToString(), participant.Range is null ? "models" : "slices");
        var corresponds = map is [_, ..] ? $" The names of both correspond as below, found by shapes and ends of names: check the list." : "";
        return $"{other} has parts that {model} lacks: {PatternText.Of(others, MostNamed)}. To merge the language models and keep the rest of {other}, put '{form}' under 'modules'.{corresponds}\nmodules:\n  text_decoder:\n    {form}: …{map}";
    }

    private static string? Map(Participant participant, Participant leader, List<string> names, List<string> extra)
    {
        var map = Between(names);
        map = map.IsEmpty ? Between([.. names, .. AheadMissing(participant, leader)]) : map;
        var model = TerminalText.Escape(participant.Metadata.Model.Value.ToString());
        return map.IsEmpty || map.Length > MostShown || names.Exists(name => !leader.Has(name))
            ? null
            : $"\narchitecture_overrides:\n  names:{string.Concat(map.Select(pair => $"\n    - {{ model: {model}, from: {pair.From}, to: {Written(pair)} }}"))}";

        ImmutableArray<NamePair> Between(IEnumerable<string> missing) => NamingMap.Between(
            participant.Metadata.Rules,
            missing.Where(leader.Has).Select(name => new NamedShape(name, leader.Sources[name].Shape)),
            extra.Select(name => new NamedShape(name, participant.Sources[name].Shape)));
    }

    // what looks ahead is missing without an error, and may have another name all the same
    private static IEnumerable<string> AheadMissing(Participant participant, Participant leader)
    {
        var rules = leader.Metadata.Rules;
        var layers = rules.LayersOf(leader.Sources.Keys);
        return leader.Sources.Keys.Where(name => !participant.Has(name) && AheadLayers.Have(rules, layers, name));
    }

    private static string Written(NamePair pair) => pair.To is [var only] ? only.Text : $"[{string.Join(", ", pair.To)}]";

    // the same text before every name, on either side
    private static (string Text, bool IsOnModel, string Extra, string Name)? PrefixBetween(List<string> names, List<string> extra)
    {
        var extras = extra.ToHashSet(StringComparer.Ordinal);
        return Longer(names, extras) is { } longer ? (longer.Text, true, longer.Text + longer.Name, longer.Name)
            : Longer(extra, [.. names]) is { } shorter ? (shorter.Text, false, shorter.Name, shorter.Text + shorter.Name)
            : null;
    }

    private static (string Text, string Name)? Longer(List<string> names, HashSet<string> longer)
    {
        if (names.Count == 0 || longer.FirstOrDefault(candidate => candidate.EndsWith("." + names[0], StringComparison.Ordinal)) is not { } found)
        {
            return null;
        }

        var text = found[..^names[0].Length];
        // a part or two may differ: a head that only one of them has
        return names.Count(name => longer.Contains(text + name)) * 10 >= names.Count * 9 ? (text, names[0]) : null;
    }

    private static string? StoresExperts(List<string> names)
    {
        var experts = names.Where(name => name.Contains(".experts.", StringComparison.Ordinal)).ToList();
        return experts.Count == 0 ? null
            : experts.Exists(name => TensorNames.PatternOf(name).Contains(".experts.N.", StringComparison.Ordinal)) ? "one by one" : "fused in one tensor";
    }

    private static string Count(int tensors) => tensors == 1 ? "a tensor" : $"{tensors:N0} tensors";
}
