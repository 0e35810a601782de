using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;

namespace MergeOps.Tests.Cases;

/// <summary>A copy of one case's folder with its models made, and what one command did there.</summary>
internal sealed class CaseRun : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Copies a case and makes its models with its own program.</summary>
    public CaseRun(string cases, string name)
    {
        var source = Path.Combine(cases, Directory.EnumerateDirectories(cases, name + "-*").Select(path => Path.GetFileName(path)!).Single());
        folder.CopyFrom(source);
        Directory.CreateDirectory(folder["m"]);
        var start = new ProcessStartInfo("python3", "make.py") { WorkingDirectory = folder.Path, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = Path.Combine(cases, "lib");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        if (python.ExitCode != 0)
        {
            throw new InvalidOperationException($"make.py of case {name}: {errors}");
        }
    }

    /// <summary>The command's streams and exit code.</summary>
    public CommandLineRun Result { get; private set; } = new(-1, "", "");

    /// <summary>Runs a command with a recipe of the case; a merge writes into <c>out</c>.</summary>
    public void Do(string verb, string recipe) => Result = verb switch
    {
        "merge" => CommandLineRun.Of("merge", folder[recipe], "--out", folder["out"]),
        "import" => CommandLineRun.Of("import", folder[recipe], "--out", folder["imported.yml"]),
        _ => CommandLineRun.Of(verb, folder[recipe]),
    };

    /// <summary>A path in the copy.</summary>
    public string this[string path] => folder[path];

    /// <summary>The output's config.</summary>
    public JsonNode Config => JsonNode.Parse(File.ReadAllText(folder["out/config.json"]))!;

    /// <summary>The tensors of a model of the case, or of the output under <c>out</c>.</summary>
    public IReadOnlyDictionary<string, TensorInfo> TensorsOf(string model) => Components.Open(folder[model], []).Tensors;

    /// <summary>The numbers of a float tensor, widened by definition of their formats.</summary>
    public double[] Numbers(string model, string tensor)
    {
        var checkpoint = Components.Open(folder[model], []);
        var info = checkpoint.Tensors[tensor];
        var bytes = new byte[info.ByteLength];
        using var reader = new TensorReader(checkpoint);
        reader.Read(info, 0, bytes);
        return info.DType switch
        {
            DType.F32 => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            DType.F16 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value)],
            DType.BF16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(value => (double)BitConverter.UInt32BitsToSingle((uint)value << 16))],
            DType.F8_E4M3 => [.. bytes.Select(code => (code < 128 ? 1 : -1) * ((code & 0x78) == 0 ? (code & 7) / 512.0 : Math.Pow(2, ((code >> 3) & 15) - 7) * (1 + ((code & 7) / 8.0))))],
            _ => throw new ArgumentOutOfRangeException(nameof(tensor), info.DType, "no float tensor"),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();
}
