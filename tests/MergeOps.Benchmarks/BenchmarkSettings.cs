using System.Globalization;

namespace MergeOps.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Methods">Names of merge methods.</param>
/// <param name="Layers">Depths of the Llama-shaped models; 1 layer is about 0.25 GB, 8 are 1 GB, 38 are 3.6 GB.</param>
/// <param name="Pairs">How often floor and method run in turn.</param>
/// <param name="Folder">Where models and outputs lie: four times the size of a model.</param>
/// <param name="Caches"><c>warm</c>: the models are in the page cache; <c>cold</c>: none of them is, as with models larger than memory.</param>
/// <param name="Against">Another build of this program that is measured in turn with this one; null for none.</param>
internal sealed record BenchmarkSettings(string[] Methods, int[] Layers, int Pairs, string Folder, string[] Caches, string? Against)
{
    /// <summary>What <see cref="Caches"/> calls an empty page cache.</summary>
    public const string Cold = "cold";

    /// <summary>Reads <c>--methods a,b --layers 8,38 --pairs 7 --folder DIR --caches warm,cold --against PROGRAM</c>, each with a default.</summary>
    public static BenchmarkSettings Parse(string[] args)
    {
        var given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(
            given.GetValueOrDefault("--methods", "linear,slerp,task_arithmetic,ties").Split(','),
            Array.ConvertAll(given.GetValueOrDefault("--layers", "8,38").Split(','), text => int.Parse(text, CultureInfo.InvariantCulture)),
            int.Parse(given.GetValueOrDefault("--pairs", "7"), CultureInfo.InvariantCulture),
            given.GetValueOrDefault("--folder", Path.Combine(Path.GetTempPath(), "mergeops-benchmarks")),
            given.GetValueOrDefault("--caches", $"warm,{Cold}").Split(','),
            given.GetValueOrDefault("--against"));
    }
}
