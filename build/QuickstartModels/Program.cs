using System.Diagnostics;
using MergeOps.Models;
using MergeOps.Runtime;
using QuickstartModels;

// Makes everything in recipes/quickstart from nothing: tasks, text, base, three experts, digests. Run from the repository's
// root, on demand: dotnet run -c Release --project build/QuickstartModels [-- FOLDER]
// One thread and fixed seeds; processors differ in the last bits of a sum, so another machine makes close relatives of
// the committed files, not their twins.
const int CharactersOfText = 6000;

TorchRuntime.EnsureLoaded();
var watch = Stopwatch.StartNew();
var folder = args is [var chosen] ? chosen : Path.Combine("recipes", "quickstart");
var text = new Stories(seed: 2).Page(CharactersOfText);
DataFiles.WriteTasks(Path.Combine(folder, "tasks"));
DataFiles.WriteText(Path.Combine(folder, "texts", "stories.txt"), text);

using var origin = Training.Base(Report);
HuggingFaceFolder.Write(Path.Combine(folder, "base"), origin);
Report($"base        {Measurement.Of(origin, Lexicon.TestNames, text)}");

List<LlamaModel> experts = [];
foreach (var (index, task) in SkillTask.All.Index())
{
    experts.Add(Training.Expert(origin, task, seed: 10 + index));
    HuggingFaceFolder.Write(Path.Combine(folder, task.Name), experts[index]);
    Report($"{task.Name,-11} {Measurement.Of(experts[index], Lexicon.TestNames, text)}");
}

DataFiles.WriteDigests(folder);
Report("done; task arithmetic on the validation items, to choose the recipe's weight by (1/3 is the plain average):");
foreach (var lambda in (double[])[1.0 / 3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 3])
{
    using var merged = Family.Merged(origin, experts, lambda);
    Report($"lambda {lambda:F2} {Measurement.Of(merged, Lexicon.ValidationNames, text)}");
}

experts.ForEach(expert => expert.Dispose());

void Report(string line) => Console.WriteLine($"[{watch.Elapsed.TotalSeconds,4:F0} s, {Environment.CpuUsage.TotalTime.TotalSeconds,4:F0} s of processor time] {line}");
