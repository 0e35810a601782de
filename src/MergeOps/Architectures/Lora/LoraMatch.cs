using System.Collections.Immutable;

namespace MergeOps.Architectures.Lora;

/// <summary>The tensors of a base that a part of an adapter changes.</summary>
/// <param name="Part">The part.</param>
/// <param name="Modules">The weight of each module that was found.</param>
/// <param name="Replaced">The tensor that each replacement takes the place of, as far as it was found.</param>
/// <param name="Lacking">What was not found, as the adapter calls it.</param>
/// <param name="Prefixes">What stands before the names, in the adapter and in the base, the longest in the adapter first.</param>
internal sealed record LoraMatch(
    LoraPart Part,
    ImmutableArray<(LoraModule Module, string Weight)> Modules,
    ImmutableArray<(LoraReplacement Replacement, string Tensor)> Replaced,
    ImmutableArray<string> Lacking,
    ImmutableArray<(string OfAdapter, string OfBase)> Prefixes)
{
    private const string Weight = ".weight";

    /// <summary>What stands before the names in the base where several places fit; empty else.</summary>
    public ImmutableArray<string> Rivals { get; private init; } = [];

    /// <summary>A module of the adapter as the base calls it.</summary>
    public string InBase(string module) => PrefixesOf(module) is var (ofAdapter, ofBase) ? ofBase + module[ofAdapter.Length..] : module;

    /// <summary>What stands before a name of the adapter, and before the same in the base; null where both are called alike.</summary>
    public (string OfAdapter, string OfBase)? PrefixesOf(string name) =>
        Prefixes.Where(prefixes => name.StartsWith(prefixes.OfAdapter, StringComparison.Ordinal)).Select(prefixes => ((string, string)?)prefixes).FirstOrDefault();

    /// <summary>Whether everything was found.</summary>
    public bool IsWhole => Lacking.IsEmpty;

    /// <summary>Whether anything was found.</summary>
    public bool IsAny => !Modules.IsEmpty || !Replaced.IsEmpty || Part.Parameters.Count > 0;

    private string Assignment => string.Join('\n', Modules.Select(module => module.Weight).Concat(Replaced.Select(replaced => replaced.Tensor)));

    /// <summary>
    /// Finds what a part changes: under the names that it gives, else under one other prefix that all of it is found under, else each
    /// place of it under one.
    /// </summary>
    /// <param name="naming">How the adapter names.</param>
    /// <param name="part">The part.</param>
    /// <param name="tensors">The base's tensors with their shapes.</param>
    public static LoraMatch Of(LoraNaming naming, LoraPart part, IReadOnlyDictionary<string, ImmutableArray<long>> tensors)
    {
        var best = naming.ContainersOf(part.Name).Select(container => Under(naming, part, tensors, ("", container))).MaxBy(match => match.Modules.Length + match.Replaced.Length)!;
        if (best.IsWhole || !naming.HasDots)
        {
            return best;
        }

        var others = Elsewhere(naming, part, best.Lacking[0], tensors);
        return others switch
        {
            [var only] => only,
            [] => ByPlaces(naming, part, tensors) ?? best,
            _ => best with { Rivals = [.. others.Select(other => other.Prefixes[0].OfBase)] },
        };
    }

    // every assignment of all of a part under one other prefix
    private static List<LoraMatch> Elsewhere(LoraNaming naming, LoraPart part, string module, IReadOnlyDictionary<string, ImmutableArray<long>> tensors) =>
    [
        .. Prefixed(module, tensors)
            .Select(prefixes => Under(naming, part, tensors, prefixes))
            .Where(match => match.IsWhole && match.Fits(tensors))
            .DistinctBy(match => match.Assignment),
    ];

    // libraries move the parts of a model of several parts each to a place of its own
    private static LoraMatch? ByPlaces(LoraNaming naming, LoraPart part, IReadOnlyDictionary<string, ImmutableArray<long>> tensors)
    {
        var found = new List<LoraMatch>();
        foreach (var place in part.Modules.Select(module => module.Name).Concat(part.Replacements.Select(replacement => replacement.Name)).GroupBy(PlaceOf).OrderByDescending(place => place.Count()))
        {
            var names = place.ToHashSet(StringComparer.Ordinal);
            var own = part with { Modules = [.. part.Modules.Where(module => names.Contains(module.Name))], Replacements = [.. part.Replacements.Where(replacement => names.Contains(replacement.Name))], Parameters = [] };
            var known = found.SelectMany(match => match.Prefixes).Where(prefixes => place.First().StartsWith(prefixes.OfAdapter, StringComparison.Ordinal)).OrderByDescending(prefixes => prefixes.OfAdapter.Length).Prepend(("", ""));
            if ((known.Select(prefixes => Under(naming, own, tensors, prefixes)).FirstOrDefault(match => match.IsWhole && match.Fits(tensors)) ?? OnlyOne(Elsewhere(naming, own, place.First(), tensors), place.First())) is not { } match)
            {
                return null;
            }

            found.Add(match);
        }

        return new(
            part, [.. found.SelectMany(match => match.Modules)], [.. found.SelectMany(match => match.Replaced)], [],
            [.. found.SelectMany(match => match.Prefixes).Where(prefixes => prefixes.OfAdapter != prefixes.OfBase).Distinct().OrderByDescending(prefixes => prefixes.OfAdapter.Length)]);
    }

    // of two that fit, the one in the part of the model that the name speaks of
    private static LoraMatch? OnlyOne(List<LoraMatch> matches, string name) =>
        matches is [var only] ? only
        : matches.Where(match => match.Modules.All(module => ModelParts.IsOfOtherPart(module.Weight) == ModelParts.IsOfOtherPart(name))).ToList() is [var meant] ? meant
        : null;

    private static string PlaceOf(string name)
    {
        var parts = name.Split('.');
        var number = Array.FindIndex(parts, part => part.Length > 0 && part.All(char.IsAsciiDigit));
        return number < 0 ? name : string.Join('.', parts[..number]);
    }

    private bool Fits(IReadOnlyDictionary<string, ImmutableArray<long>> tensors) =>
        Modules.All(module => module.Module is { A: not null, B: not null } && LoraFit.Of(tensors[module.Weight], module.Module).Fits);

    private static LoraMatch Under(LoraNaming naming, LoraPart part, IReadOnlyDictionary<string, ImmutableArray<long>> tensors, (string OfAdapter, string OfBase) prefixes)
    {
        var bySpelling = new Dictionary<string, string>(StringComparer.Ordinal);
        var hasTwoNamings = UnetNames.AreIn(prefixes.OfBase, tensors.Keys);
        foreach (var name in tensors.Keys.Where(name => name.StartsWith(prefixes.OfBase, StringComparison.Ordinal)))
        {
            var own = prefixes.OfAdapter + name[prefixes.OfBase.Length..];
            var module = own.EndsWith(Weight, StringComparison.Ordinal) ? own[..^Weight.Length] : own;
            bySpelling.TryAdd(naming.Spell(module), name);
            bySpelling.TryAdd(own, name);
            foreach (var other in hasTwoNamings ? UnetNames.OthersOf(module) : [])
            {
                bySpelling.TryAdd(naming.Spell(other), name);
            }
        }

        var modules = ImmutableArray.CreateBuilder<(LoraModule, string)>();
        var replaced = ImmutableArray.CreateBuilder<(LoraReplacement, string)>();
        var lacking = ImmutableArray.CreateBuilder<string>();
        foreach (var module in part.Modules)
        {
            if ((bySpelling.GetValueOrDefault(module.Name) ?? Own(module.Name + Weight)) is { } weight)
            {
                modules.Add((module, weight));
            }
            else
            {
                lacking.Add(module.Name);
            }
        }

        foreach (var replacement in part.Replacements)
        {
            if ((bySpelling.GetValueOrDefault(replacement.Name) ?? Own(replacement.Name)) is { } tensor)
            {
                replaced.Add((replacement, tensor));
            }
            else
            {
                lacking.Add(replacement.Name);
            }
        }

        return new(part, modules.ToImmutable(), replaced.ToImmutable(), lacking.ToImmutable(), [prefixes]);

        // what does not have the prefix keeps its name
        string? Own(string name) => prefixes.OfAdapter.Length > 0 && !name.StartsWith(prefixes.OfAdapter, StringComparison.Ordinal) && tensors.ContainsKey(name) ? name : null;
    }

    // every way in which one module of the adapter may be a module of the base under another prefix
    private static IEnumerable<(string OfAdapter, string OfBase)> Prefixed(string module, IReadOnlyDictionary<string, ImmutableArray<long>> tensors)
    {
        var name = tensors.ContainsKey(module) || module.EndsWith(Weight, StringComparison.Ordinal) || module.EndsWith(".bias", StringComparison.Ordinal) ? module : module + Weight;
        for (var start = 0; start >= 0; start = name.IndexOf('.', start) is >= 0 and var dot ? dot + 1 : -1)
        {
            // a layer keeps its number, and a short end of a name means nothing
            var tail = name[start..];
            if ((start > 0 && tail.Count(c => c == '.') < 2) || name[..start].Split('.').Any(part => part.Length > 0 && part.All(char.IsAsciiDigit)))
            {
                yield break;
            }

            foreach (var candidate in tensors.Keys.Where(candidate => TensorNames.EndsWith(candidate, tail)))
            {
                yield return (name[..start], candidate[..^tail.Length]);
            }
        }
    }
}
