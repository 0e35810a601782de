using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>Names of one model that begin as another one's do not, to be confirmed by a person.</summary>
/// <param name="From">How they begin.</param>
/// <param name="To">How the other model's begin; several where it stores apart what the first one stores as one tensor.</param>
internal sealed record NamePair(NamePattern From, ImmutableArray<NamePattern> To);

/// <summary>
/// Finds which tensors of two models may be the same under two names: by equal shapes and ends of names, by roles, and by
/// shapes that only one tensor is left with. Shapes do not prove it, so a recipe has to confirm what is found.
/// </summary>
internal sealed class NamingMap
{
    // families whose fused projection holds all rows of q, then those of k, then those of v
    private static readonly string[] FusedQkv = ["Wqkv", "qkv_proj", "W_pack"];

    private static readonly string[][] Qkv = [["q_proj", "k_proj", "v_proj"], ["query", "key", "value"], ["wq", "wk", "wv"]];

    private readonly ArchitectureRules rules;
    private readonly List<Kind> lacking;
    private readonly List<Kind> others;
    private readonly List<(Kind From, ImmutableArray<Kind> To)> found = [];

    private NamingMap(ArchitectureRules rules, IEnumerable<NamedShape> missing, IEnumerable<NamedShape> extra) =>
        (this.rules, lacking, others) = (rules, Kinds(missing), Kinds(extra));

    /// <summary>The statements that give a model all of the names that it lacks; empty when some remain without a counterpart.</summary>
    /// <param name="rules">What tensors are told by.</param>
    /// <param name="missing">The tensors that it lacks, with the shapes that the other model has.</param>
    /// <param name="extra">Those that it has instead.</param>
    public static ImmutableArray<NamePair> Between(ArchitectureRules rules, IEnumerable<NamedShape> missing, IEnumerable<NamedShape> extra)
    {
        var map = new NamingMap(rules, missing, extra);
        map.Match();
        return map.lacking.Count == 0 ? Statements([.. map.found]) : [];
    }

    private void Match()
    {
        MatchEnds();
        MatchRoles();
        MatchOnlyOnes();
        MatchQkv();
        MatchOnlyOnes();
    }

    // the longer the common end, the surer; one part alone, such as 'weight', says nothing
    private void MatchEnds()
    {
        var pairs =
            from wanted in lacking
            from candidate in others
            where AreAlike(wanted, candidate)
            let common = CommonParts(wanted.Pattern, candidate.Pattern)
            where common > 1
            orderby common descending
            select (wanted, candidate, common);
        foreach (var (wanted, candidate, common) in pairs.ToList())
        {
            var rivals = others.Count(other => other != candidate && AreAlike(wanted, other) && CommonParts(wanted.Pattern, other.Pattern) == common);
            if (rivals == 0 && lacking.Contains(wanted) && others.Contains(candidate))
            {
                Take(candidate, wanted);
            }
        }
    }

    // vocabularies may have other numbers of tokens
    private bool AreAlike(Kind wanted, Kind candidate)
    {
        var role = wanted.RoleBy(rules);
        return wanted.Shapes == candidate.Shapes
            || (role is TensorRole.TokenEmbedding or TensorRole.OutputHead && role == candidate.RoleBy(rules) && wanted.Numbers == candidate.Numbers
                && wanted.First.Length == candidate.First.Length && wanted.First.Skip(1).SequenceEqual(candidate.First.Skip(1)));
    }

    private void MatchRoles()
    {
        foreach (var wanted in lacking.Where(kind => kind.RoleBy(rules) is TensorRole.TokenEmbedding or TensorRole.OutputHead).ToList())
        {
            if (others.Where(other => AreAlike(wanted, other) && other.RoleBy(rules) == wanted.RoleBy(rules)).ToList() is [var only])
            {
                Take(only, wanted);
            }
        }
    }

    private void MatchOnlyOnes()
    {
        foreach (var wanted in lacking.ToList())
        {
            if (others.Where(other => other.Shapes == wanted.Shapes).ToList() is [var only] && lacking.Count(other => other.Shapes == wanted.Shapes) == 1)
            {
                Take(only, wanted);
            }
        }
    }

    private void MatchQkv()
    {
        foreach (var fused in others.Where(kind => kind.Parts is [.., var module, _] && FusedQkv.Contains(module, StringComparer.Ordinal)).ToList())
        {
            foreach (var names in Qkv)
            {
                ImmutableArray<Kind> parts = [.. names.Select(name => lacking.Find(kind => kind.Parts is [.., var module, var end] && module == name && end == fused.Parts[^1])).OfType<Kind>()];
                if (parts.Length == names.Length && parts.All(part => part.Numbers == fused.Numbers && part.First[1..].SequenceEqual(fused.First[1..]))
                    && parts.Sum(part => part.First[0]) == fused.First[0])
                {
                    others.Remove(fused);
                    lacking.RemoveAll(parts.Contains);
                    found.Add((fused, parts));
                    break;
                }
            }
        }
    }

    private void Take(Kind candidate, Kind wanted)
    {
        others.Remove(candidate);
        lacking.Remove(wanted);
        found.Add((candidate, [wanted]));
    }

    // what two names share at their ends says nothing of how they differ; longer begins come first, since the first one that fits counts
    private static ImmutableArray<NamePair> Statements(ImmutableArray<(Kind From, ImmutableArray<Kind> To)> found) =>
    [
        .. found.Select(pair => Shortened(pair.From, pair.To))
            .DistinctBy(pair => $"{pair.From} {string.Join(' ', pair.To)}")
            .OrderByDescending(pair => pair.From.Text.Count(c => c == '.'))
            .ThenBy(pair => pair.From.Text, StringComparer.Ordinal),
    ];

    private static NamePair Shortened(Kind from, ImmutableArray<Kind> to)
    {
        var common = to.Min(kind => CommonParts(from.Pattern, kind.Pattern));
        var shortest = Math.Min(from.Parts.Length, to.Min(kind => kind.Parts.Length));
        var kept = Math.Min(common, shortest - 1);

        // the numbers that are left must be as many on both sides
        while (kept > 0 && to.Any(kind => Begin(kind, kept).Numbers != Begin(from, kept).Numbers))
        {
            kept--;
        }

        return new(Begin(from, kept), [.. to.Select(kind => Begin(kind, kept))]);
    }

    private static NamePattern Begin(Kind kind, int without) => new(string.Join('.', kind.Parts[..^without]));

    private static int CommonParts(string first, string second) =>
        first.Split('.').Reverse().Zip(second.Split('.').Reverse()).TakeWhile(parts => parts.First == parts.Second).Count();

    private static List<Kind> Kinds(IEnumerable<NamedShape> tensors) =>
        [.. tensors.GroupBy(tensor => TensorNames.PatternOf(tensor.Name), StringComparer.Ordinal).Select(alike => new Kind(alike.Key, [.. alike.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]))];

    /// <summary>Tensors whose names differ in numbers alone.</summary>
    private sealed record Kind(string Pattern, ImmutableArray<NamedShape> Tensors)
    {
        public string[] Parts { get; } = Pattern.Split('.');

        /// <summary>The numbers in the names.</summary>
        public string Numbers { get; } = string.Join(' ', Tensors.Select(tensor => NumbersIn(tensor.Name)));

        /// <summary>The numbers with the shape of each tensor: equal for tensors that can be the same.</summary>
        public string Shapes { get; } = string.Join(' ', Tensors.Select(tensor => $"{NumbersIn(tensor.Name)}:{string.Join('x', tensor.Shape)}").Order(StringComparer.Ordinal));

        public ImmutableArray<long> First => Tensors[0].Shape;

        public TensorRole RoleBy(ArchitectureRules rules) => rules.RoleOf(Tensors[0].Name, Tensors[0].Shape);

        private static string NumbersIn(string name) => string.Join(',', name.Split('.').Where(part => TensorNames.NumberIn(part) is not null));
    }
}

/// <summary>A tensor's name and shape.</summary>
internal sealed record NamedShape(string Name, ImmutableArray<long> Shape);
