using System.CommandLine;
using MergeOps.Merging;

namespace MergeOps.Cli.CommandLine;

/// <summary>The options of every verb that merges; none changes a byte of a tensor.</summary>
internal sealed class EngineInputs
{
    private readonly Option<string?> device = Inputs.Device();
    private readonly Option<long?> maxMemory = Inputs.Bytes("--max-memory", "Memory for buffers, such as 500MB or 2GiB (default: 1GiB)", MergeOptions.LeastMemory);
    private readonly Option<int?> threads = Inputs.Count("--threads", "Worker threads (default: one per processor)", 1, 1024);
    private readonly Option<long?> shardSize = Inputs.Bytes("--shard-size", "Largest output file, such as 5GB (default: the recipe's)");
    private readonly Option<string?> reuse = Inputs.Text("--reuse", "DIR", "Also copy unchanged tensors from this earlier merge");
    private readonly Option<bool> clean = new("--clean") { Description = "Remove unfinished merges of other plans next to the output" };

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(device);
        verb.Add(maxMemory);
        verb.Add(threads);
        verb.Add(shardSize);
        verb.Add(reuse);
        verb.Add(clean);
    }

    /// <summary>Whether somebody asked for files of another size than the recipe's.</summary>
    public bool HasShardSize(ParseResult arguments) => arguments.GetValue(shardSize) is not null;

    /// <summary>The options that were given, but for the number of threads, as on a command line.</summary>
    public IReadOnlyList<string> Given(ParseResult arguments) =>
    [
        .. new Option[] { device, maxMemory, shardSize, reuse, clean }
            .Where(option => arguments.GetResult(option) is { Implicit: false })
            .SelectMany(option => arguments.GetResult(option)!.Tokens.Select(token => token.Value).Prepend(option.Name)),
    ];

    /// <summary>What was asked for.</summary>
    public MergeOptions Options(ParseResult arguments, string output)
    {
        var defaults = new MergeOptions { Output = output };
        return defaults with
        {
            Device = arguments.GetValue(device) ?? defaults.Device,
            MaxMemory = arguments.GetValue(maxMemory) ?? defaults.MaxMemory,
            Threads = arguments.GetValue(threads) ?? defaults.Threads,
            ShardSize = arguments.GetValue(shardSize),
            Reuse = arguments.GetValue(reuse),
            Clean = arguments.GetValue(clean),
        };
    }
}
