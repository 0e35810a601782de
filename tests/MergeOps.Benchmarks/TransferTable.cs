using System.Diagnostics;
using System.Globalization;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Measures how soon files come from a test Hub into a cache, and how soon they go there, beside Hugging Face's own JavaScript client.</summary>
/// <param name="hub">The built program of tests/MergeOps.TestHub.</param>
/// <param name="client">The folder tests/MergeOps.TestHub/OfficialClient, after <c>npm install</c>.</param>
/// <param name="folder">Where files lie meanwhile: about four times what is sent.</param>
internal sealed class TransferTable(string hub, string client, string folder)
{
    private const int Files = 4;
    private const int Rounds = 5;
    private const string Repository = "org/model";

    private readonly Random random = new(1);

    /// <summary>Prints the median time of each client and way, and their ratio round by round.</summary>
    /// <param name="bytes">Bytes of each of four files.</param>
    public int Print(long bytes)
    {
        var served = Directory.CreateDirectory(Path.Combine(folder, "hub", Repository)).FullName;
        var sent = Directory.CreateDirectory(Path.Combine(folder, "sent")).FullName;
        Write(served, bytes);
        using var server = Process.Start(new ProcessStartInfo(hub, ["--root", Path.Combine(folder, "hub")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        try
        {
            var settings = new[] { server.StandardOutput.ReadLine()!, server.StandardOutput.ReadLine()! }.ToDictionary(line => line[..line.IndexOf('=', StringComparison.Ordinal)], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            Console.WriteLine($"| way | bytes | MergeOps s | @huggingface/hub s | ratio (spread) |");
            Console.WriteLine("|---|---:|---:|---:|---:|");
            Row("from the Hub into the cache", bytes, program => Seconds(program, settings, ["pull", Repository]));
            Row("to the Hub", bytes, program =>
            {
                // what the Hub has already is not sent again
                Write(sent, bytes);
                return Seconds(program, settings, ["push", $"tester/{program}-{random.Next()}", sent]);
            });
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static void Row(string way, long bytes, Func<string, double> seconds)
    {
        var rounds = Enumerable.Range(0, Rounds).Select(_ => (Own: seconds("own"), Official: seconds("official"))).ToList();
        var ratios = rounds.Select(round => round.Own / round.Official).Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {way} | {Files * bytes / 1e6:F0} MB | {Middle.Of(rounds.Select(round => round.Own)):F2} | {Middle.Of(rounds.Select(round => round.Official)):F2} | {Middle.Of(ratios):F2} ({ratios[0]:F2}–{ratios[^1]:F2}) |"));
    }

    // a client measures what it does itself, without its start
    private double Seconds(string program, Dictionary<string, string> settings, string[] arguments)
    {
        var start = program == "own"
            ? new ProcessStartInfo(Environment.ProcessPath!, ["transfer", .. arguments])
            : new ProcessStartInfo("node", ["transfer.mjs", .. arguments]) { WorkingDirectory = client };
        var cache = Path.Combine(folder, "cache");
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["HF_HOME"] = cache;
        start.Environment[MergeOpsHome.Variable] = Path.Combine(cache, "mergeops");
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        // before it a client may tell what it does
        var seconds = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n')[^1];
        process.WaitForExit();
        if (Directory.Exists(cache))
        {
            Directory.Delete(cache, recursive: true);
        }

        return process.ExitCode == 0 ? double.Parse(seconds, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}");
    }

    private void Write(string path, long bytes)
    {
        var layout = ShardLayout.Of(
            Enumerable.Range(0, Files).Select(file => new OutputTensor($"layers.{file}.weight", DType.BF16, [bytes / 2])), bytes);
        using var writer = ShardWriter.Open(path, layout);
        var piece = new byte[1 << 20];
        foreach (var tensor in layout.Tensors.Values)
        {
            for (var position = 0L; position < tensor.ByteLength; position += piece.Length)
            {
                random.NextBytes(piece);
                writer.Write(tensor.Name, position, piece.AsSpan(0, (int)Math.Min(piece.Length, tensor.ByteLength - position)));
            }
        }
    }
}
