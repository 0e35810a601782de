using System.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Tensors;
using QuickstartModels;

// Makes everything in recipes/quickstart from nothing: tasks, text, base, three experts, digests. Then trains the family
// from other seeds and says how far the scores spread. Run from the repository's root, on demand:
// dotnet run -c Release --project build/QuickstartModels [-- FOLDER]
// With `-- scatter` it trains experts of several seeds on the committed base instead, and measures what an analysis predicts.
// With `-- compare` it merges such experts by several methods and writes what they know into a table.
// One thread and fixed seeds; processors differ in the last bits of a sum, so another machine makes close relatives of
// the committed files, not their twins.
const int CharactersOfText = 6000;
const int ShippedSeed = 1;
const double RecipeLambda = 0.6;
const double PlainAverage = 1.0 / 3;

TorchRuntime.StartLoading(HostEnvironment.OfThisProcess());
TorchRuntime.EnsureLoaded();
var watch = Stopwatch.StartNew();
if (args is ["scatter"])
{
    using var scatter = new Scatter(Report);
    await scatter.RunAsync(Path.Combine("recipes", "quickstart", "base"), Path.Combine("src", "MergeOps", "Analysis", "Prediction.md"));
    return;
}

var text = new Stories(seed: 0).Page(CharactersOfText);
if (args is ["compare"])
{
    using var comparison = new Comparison(text, Report);
    await comparison.RunAsync(Path.Combine("recipes", "quickstart"), Path.Combine("recipes", "quickstart", "Comparison.md"));
    return;
}

var folder = args is [var chosen] ? chosen : Path.Combine("recipes", "quickstart");
DataFiles.WriteTasks(Path.Combine(folder, "tasks"));
DataFiles.WriteText(Path.Combine(folder, "texts", "stories.txt"), text);

List<string> spread = [];
foreach (var seed in (int[])[ShippedSeed, 2, 3])
{
    using var family = TrainedFamily.Of(seed, line => Report($"seed {seed}, {line}"));
    if (seed == ShippedSeed)
    {
        Ship(family);
    }

    foreach (var (name, model) in family.Members)
    {
        Add(name, Measurement.Of(model, ItemSplit.Test, text));
    }

    Add("plain average", family.Merged(PlainAverage, ItemSplit.Test, text));
    Add("merged", family.Merged(RecipeLambda, ItemSplit.Test, text));

    void Add(string name, Measurement measured)
    {
        spread.Add(ScoreTable.Row(seed, name, measured));
        Report(spread[^1]);
    }
}

Console.WriteLine(string.Join('\n', [.. ScoreTable.Header, .. spread]));

void Ship(TrainedFamily family)
{
    foreach (var (name, model) in family.Members)
    {
        HuggingFaceFolder.Write(Path.Combine(folder, name), model);
    }

    DataFiles.WriteDigests(folder);
    Report("task arithmetic on the validation items, to choose the recipe's weight by:");
    foreach (var lambda in (double[])[PlainAverage, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 3])
    {
        Report($"lambda {lambda:F2} {family.Merged(lambda, ItemSplit.Validation, text)}");
    }
}

void Report(string line) => Console.WriteLine($"[{watch.Elapsed.TotalSeconds,4:F0} s, {Environment.CpuUsage.TotalTime.TotalSeconds,4:F0} s of processor time] {line}");
