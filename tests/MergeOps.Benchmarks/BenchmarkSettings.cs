using System.Globalization;

namespace MergeOps.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Methods">Names of merge methods.</param>
/// <param name="Layers">Depths of the Llama-shaped models; 1 layer is about 0.25 GB, 8 are 1 GB, 38 are 3.6 GB.</param>
/// <param name="Pairs">How often floor and method run in turn.</param>
/// <param name="Folder">Where models and outputs lie: four times the size of a model.</param>
internal sealed record BenchmarkSettings(string[] Methods, int[] Layers, int Pairs, string Folder)
{
    /// <summary>Reads <c>--methods a,b --layers 8,38 --pairs 7 --folder DIR</c>, each with a default.</summary>
    public static BenchmarkSettings Parse(string[] args)
    {
        var given = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        return new(
            given.GetValueOrDefault("--methods", "linear,slerp,task_arithmetic,ties").Split(','),
            Array.ConvertAll(given.GetValueOrDefault("--layers", "8,38").Split(','), text => int.Parse(text, CultureInfo.InvariantCulture)),
            int.Parse(given.GetValueOrDefault("--pairs", "7"), CultureInfo.InvariantCulture),
            given.GetValueOrDefault("--folder", Path.Combine(Path.GetTempPath(), "mergeops-benchmarks")));
    }
}
