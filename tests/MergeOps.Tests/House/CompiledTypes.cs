using System.Collections.Immutable;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using MergeOps.Cli;
using MergeOps.Diagnostics;

namespace MergeOps.Tests.House;

/// <summary>One type that uses another one of a different namespace. Constants leave no trace in compiled code, and so are no use.</summary>
/// <param name="Type">The full name of the type.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Used">The full name of the type that it uses.</param>
/// <param name="UsedNamespace">Its namespace.</param>
internal sealed record TypeUse(string Type, string Namespace, string Used, string UsedNamespace)
{
    public override string ToString() => $"{Type} uses {Used}";
}

/// <summary>Namespaces of which each uses, directly or by way of the others, every other one.</summary>
/// <param name="Namespaces">Their names in ordinal order.</param>
/// <param name="Uses">What holds them together.</param>
internal sealed record NamespaceCircle(ImmutableArray<string> Namespaces, ImmutableArray<TypeUse> Uses)
{
    public override string ToString() => $"{string.Join(", ", Namespaces)} form a circle:\n{string.Join('\n', Uses)}";
}

/// <summary>The types of one assembly and what they use of each other.</summary>
internal sealed class CompiledTypes
{
    private static readonly Lazy<CompiledTypes> LibraryTypes = new(() => new(new ArchLoader().LoadAssembly(typeof(MergeOpsException).Assembly).Build()));
    private static readonly Lazy<CompiledTypes> CommandLineTypes = new(() => new(new ArchLoader().LoadAssembly(typeof(Application).Assembly).Build()));
    private static readonly Lazy<CompiledTypes> SampleTypes = new(() => new(new ArchLoader()
        .LoadNamespacesWithinAssembly(typeof(CompiledTypes).Assembly, typeof(Samples.Field).Namespace, typeof(Samples.Used.Thing).Namespace)
        .Build()));

    private CompiledTypes(ArchUnitNET.Domain.Architecture assembly)
    {
        Types = [.. assembly.Types.Where(type => type.Namespace is not null && type.Namespace.FullName.StartsWith(nameof(MergeOps), StringComparison.Ordinal))];
        var known = Types.Select(type => type.FullName).ToHashSet(StringComparer.Ordinal);
        Uses =
        [
            .. Types.SelectMany(type => type.Dependencies)
                .Where(use => use.Origin.Namespace is not null && use.Target.Namespace is not null)
                .Select(use => new TypeUse(use.Origin.FullName, use.Origin.Namespace.FullName, use.Target.FullName, use.Target.Namespace.FullName))
                .Where(use => use.Namespace != use.UsedNamespace && known.Contains(use.Used))
                .Distinct()
                .OrderBy(use => use.ToString(), StringComparer.Ordinal),
        ];
    }

    public static CompiledTypes Library => LibraryTypes.Value;

    public static CompiledTypes CommandLine => CommandLineTypes.Value;

    /// <summary>Types of these tests that use each other in every way there is.</summary>
    public static CompiledTypes Samples => SampleTypes.Value;

    public ImmutableArray<IType> Types { get; }

    /// <summary>Every use across namespaces of the assembly, each once.</summary>
    public ImmutableArray<TypeUse> Uses { get; }

    /// <summary>The circles of namespaces.</summary>
    public ImmutableArray<NamespaceCircle> Circles
    {
        get
        {
            var reached = Uses.Select(use => use.Namespace).Distinct().ToDictionary(name => name, Reached, StringComparer.Ordinal);
            return
            [
                .. reached.Keys
                    .Where(name => reached[name].Contains(name))
                    .GroupBy(name => string.Join(", ", reached[name].Where(other => reached.TryGetValue(other, out var back) && back.Contains(name)).Order(StringComparer.Ordinal)))
                    .Select(circle => new NamespaceCircle(
                        [.. circle.Order(StringComparer.Ordinal)],
                        [.. Uses.Where(use => circle.Contains(use.Namespace) && circle.Contains(use.UsedNamespace))])),
            ];
        }
    }

    private HashSet<string> Reached(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var name))
        {
            foreach (var next in Uses.Where(use => use.Namespace == name).Select(use => use.UsedNamespace).Where(reached.Add))
            {
                open.Enqueue(next);
            }
        }

        return reached;
    }
}
