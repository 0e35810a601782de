using System.Runtime.InteropServices;
using System.Text.Json;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>
/// all-MiniLM-L6-v2 and snowflake-arctic-embed-xs, which was trained from it, with models made of them: one that moved away from
/// the first at random, and two without a common ancestor. They need what <c>build/EmbeddingModels</c> makes, in the folder that
/// MERGEOPS_EMBEDDING_MODELS names.
/// </summary>
internal sealed class RealPair : IDisposable
{
    private const string First = "all-MiniLM-L6-v2";
    private const string Second = "snowflake-arctic-embed-xs";

    private static readonly string Models = Environment.GetEnvironmentVariable("MERGEOPS_EMBEDDING_MODELS") ?? "";

    private readonly AnalyzedModels written = new();

    /// <summary>Makes the other models; skips the test where the pair is not here.</summary>
    public RealPair()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Models, First)) && Directory.Exists(Path.Combine(Models, Second)), "no models in MERGEOPS_EMBEDDING_MODELS");
        var random = new Random(7);
        Changed("perturbed", (_, values, deviation) => Array.ConvertAll(values, value => value + (float)(0.3 * deviation * Normal())));
        Changed("random", (_, values, deviation) => Array.ConvertAll(values, _ => (float)(deviation * Normal())));

        // equal outputs, and no common axes: the hidden units in another order
        int[] order = [.. Enumerable.Range(0, 384)];
        random.Shuffle(order);
        Changed("permuted", (shape, values, _) =>
        {
            var (rows, columns) = (shape.Length == 2 ? (int)shape[0] : 1, (int)shape[^1]);
            var moved = new float[values.Length];
            for (var row = 0; row < rows; row++)
            {
                var from = rows == 384 ? order[row] : row;
                for (var column = 0; column < columns; column++)
                {
                    moved[(row * columns) + column] = values[(from * columns) + (columns == 384 ? order[column] : column)];
                }
            }

            return moved;
        });

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>The folders of the five candidates: the pair, then the one that moved, then the unrelated ones.</summary>
    public string[] Candidates => [Path.Combine(Models, First), Path.Combine(Models, Second), written.Folder["perturbed"], written.Folder["permuted"], written.Folder["random"]];

    /// <summary>A place for files.</summary>
    public TemporaryFolder Folder => written.Folder;

    /// <inheritdoc/>
    public void Dispose() => written.Dispose();

    /// <summary>A recipe over the candidates, which it names A to E.</summary>
    public string Recipe(string text) => Candidates.Index().Aggregate(text, (named, candidate) => named.Replace($"<{(char)('A' + candidate.Index)}>", JsonSerializer.Serialize(candidate.Item), StringComparison.Ordinal));

    /// <summary>Merges.</summary>
    public string Merge(string recipe, string name = "merged")
    {
        File.WriteAllText(Folder["merge.yml"], Recipe(recipe));
        if (Directory.Exists(Folder[name]))
        {
            Directory.Delete(Folder[name], recursive: true);
        }

        var run = CommandLineRun.Of("merge", Folder["merge.yml"], "--out", Folder[name]);
        return run.ExitCode == 0 ? Folder[name] : throw new InvalidOperationException(run.Error);
    }

    /// <summary>Writes a model over, tensor by tensor.</summary>
    /// <param name="name">The new one.</param>
    /// <param name="change">Gives a tensor's new numbers, of its shape, its numbers and their standard deviation.</param>
    public void Changed(string name, Func<long[], float[], double, float[]> change)
    {
        var folder = Path.Combine(Models, First);
        var checkpoint = CheckpointReader.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        written.Model(name, [.. checkpoint.Tensors.Values.Where(tensor => tensor.DType is DType.F32).Select(tensor =>
        {
            var bytes = new byte[tensor.ByteLength];
            reader.Read(tensor, 0, bytes);
            var values = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            return (tensor.Name, (long[])[.. tensor.Shape], Array.ConvertAll(change([.. tensor.Shape], values, deviation), value => (double)value));
        })]);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            File.Copy(file, Path.Combine(Folder[name], Path.GetFileName(file)));
        }
    }

    /// <summary>What <c>audit</c> finds.</summary>
    public static JsonElement Audit(string model, params string[] arguments)
    {
        var run = CommandLineRun.Of(["audit", model, .. arguments, "--format", "json"]);
        return run.ExitCode == 0 ? JsonDocument.Parse(run.Output).RootElement.GetProperty("result") : throw new InvalidOperationException(run.Error);
    }
}
