using System.Collections.Immutable;

namespace MergeOps.Architectures;

/// <summary>How a checkpoint stores the experts of one layer: each by itself, or all of them together in two tensors.</summary>
/// <param name="Module">What stands before the expert's number or the tensors' names, such as <c>model.layers.0.mlp.experts</c>.</param>
/// <param name="Experts">How many there are.</param>
/// <param name="Names">The names of single experts; null where they lie together.</param>
/// <param name="IsTransposed">Whether the matrices multiply from the right: <c>[expert, in, out]</c> and not <c>[expert, out, in]</c>.</param>
internal sealed record ExpertLayout(string Module, int Experts, ExpertNames? Names, bool IsTransposed)
{
    private const string ExpertsPart = ".experts.";
    private const string GateUp = "gate_up_proj";
    private const string Down = "down_proj";
    private const string Weight = ".weight";

    /// <summary>The tensor of the gates of all experts, each followed by its other projection.</summary>
    public string FusedGateUp => $"{Module}.{GateUp}";

    /// <summary>The tensor of the projections out of all experts.</summary>
    public string FusedDown => $"{Module}.{Down}";

    /// <summary>The part of the layer that the experts belong to.</summary>
    public string Block => Module.Split('.')[^2];

    /// <summary>What the names of that part begin with, with a dot at the end.</summary>
    public string BlockPrefix => Module[..^(ExpertsPart.Length - 2)];

    /// <summary>Whether another layer's experts are stored in the same way.</summary>
    public bool IsLike(ExpertLayout other) => (Names, IsTransposed, Block) == (other.Names, other.IsTransposed, other.Block);

    /// <summary>The way in which another layer's experts are stored, for those of this layer.</summary>
    public ExpertLayout As(ExpertLayout other) =>
        this with { Module = $"{BlockPrefix[..^(Block.Length + 1)]}{other.Block}{ExpertsPart[..^1]}", Names = other.Names, IsTransposed = other.IsTransposed };

    /// <summary>The same layout whatever the layer's number and the block's name: equal for models that can be merged.</summary>
    public string Place => TensorNames.PatternOf(WithUsualBlock(Module));

    /// <summary>Whether it is that of a module, which may have the block's older or newer name.</summary>
    public bool IsOf(string module) => WithUsualBlock(Module) == WithUsualBlock(module);

    private static string WithUsualBlock(string module) => module.Replace($".{ExpertNames.OlderBlock}.", $".{ExpertNames.UsualBlock}.", StringComparison.Ordinal);

    /// <summary>The tensor of one projection of one expert, where each lies by itself.</summary>
    public string NameOf(int expert, string projection) => $"{Module}.{expert}.{projection}{Weight}";

    private string Holder(int expert, int projection) =>
        Names is { } names ? NameOf(expert, names.Projections[projection]) : projection == 2 ? FusedDown : FusedGateUp;

    /// <summary>The names of its tensors, each with those that hold the same weights in another layout.</summary>
    /// <param name="other">The other layout.</param>
    public IEnumerable<(string Name, List<string> Others)> NamesIn(ExpertLayout other)
    {
        return
            from expert in Enumerable.Range(0, Experts)
            from projection in Enumerable.Range(0, 3)
            group other.Holder(expert, projection) by Holder(expert, projection) into name
            select (name.Key, name.Distinct(StringComparer.Ordinal).ToList());
    }

    /// <summary>Whether a filter, where each expert lies by itself, takes one projection and leaves another that lies with it otherwise.</summary>
    public bool TellsApart(string filter) => Names is { } names && Enumerable.Range(0, Experts).Any(expert =>
    {
        var (gate, up, down) = (Takes(names.Gate), Takes(names.Up), Takes(names.Down));
        return gate != up || (down && !gate && !FusedDown.Contains(filter, StringComparison.Ordinal));

        bool Takes(string projection) => NameOf(expert, projection).Contains(filter, StringComparison.Ordinal);
    });

    /// <summary>Whether a filter is meant for one of the two projections that a tensor of all experts holds.</summary>
    /// <param name="fused">The name of that tensor.</param>
    /// <param name="filter">The filter.</param>
    public static bool IsForHalf(string fused, string filter)
    {
        var (module, names) = (fused[..^(GateUp.Length + 1)], ExpertNames.Spellings[0]);
        return !filter.Contains(GateUp, StringComparison.Ordinal) && (Takes(names.Gate) != Takes(names.Up));

        bool Takes(string projection) => $"{module}.{projection}{Weight}".Contains(filter, StringComparison.Ordinal);
    }

    /// <summary>Whether a checkpoint may have experts, by the names of its tensors.</summary>
    public static bool AreIn(IEnumerable<string> names) => names.Any(name => name.Contains(ExpertsPart, StringComparison.Ordinal));

    /// <summary>Whether a tensor holds the experts of a layer together, by its name.</summary>
    public static bool IsFused(string name) => name.EndsWith($"{ExpertsPart}{GateUp}", StringComparison.Ordinal);

    /// <summary>The layouts of the layers of a checkpoint, as far as they are whole.</summary>
    /// <param name="shapes">The shapes of the tensors by their names.</param>
    public static IEnumerable<ExpertLayout> In(IReadOnlyDictionary<string, ImmutableArray<long>> shapes) =>
        ModulesOf(shapes.Keys).Distinct(StringComparer.Ordinal)
            .Select(module => Separate(module, shapes) ?? Fused(module, shapes)).OfType<ExpertLayout>();

    // names that follow each other mostly have one module, and there may be very many
    private static IEnumerable<string> ModulesOf(IEnumerable<string> names)
    {
        var last = "";
        foreach (var name in names)
        {
            if (name.IndexOf(ExpertsPart, StringComparison.Ordinal) is > 0 and var at && !name.AsSpan(0, at + ExpertsPart.Length - 1).SequenceEqual(last))
            {
                yield return last = name[..(at + ExpertsPart.Length - 1)];
            }
        }
    }

    private static ExpertLayout? Separate(string module, IReadOnlyDictionary<string, ImmutableArray<long>> shapes)
    {
        var names = ExpertNames.Spellings.FirstOrDefault(names => shapes.ContainsKey($"{module}.0.{names.Gate}{Weight}"));
        if (names is null)
        {
            return null;
        }

        var layout = new ExpertLayout(module, 0, names, IsTransposed: false);
        var experts = 0;
        while (names.Projections.All(projection => shapes.ContainsKey(layout.NameOf(experts, projection))))
        {
            experts++;
        }

        return experts == 0 ? null : layout with { Experts = experts };
    }

    // gate_up is [experts, 2 * inner, hidden] beside a down of [experts, hidden, inner], or both have their last axes swapped
    private static ExpertLayout? Fused(string module, IReadOnlyDictionary<string, ImmutableArray<long>> shapes)
    {
        if (!shapes.TryGetValue($"{module}.{GateUp}", out var gateUp) || !shapes.TryGetValue($"{module}.{Down}", out var down)
            || gateUp is not [var experts, var first, var second] || down is not [var same, var third, var fourth] || experts != same || experts is < 1 or > int.MaxValue

            // with biases gate and up alternate, and their family has no other layout
            || shapes.ContainsKey($"{module}.{GateUp}_bias"))
        {
            return null;
        }

        return first == 2 * fourth && second == third ? new(module, (int)experts, null, IsTransposed: false)
            : second == 2 * third && first == fourth ? new(module, (int)experts, null, IsTransposed: true)
            : null;
    }
}
