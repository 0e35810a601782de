using System.Diagnostics;

// Merges tiny random models of many families with the command line, opens each result in transformers 5 and writes the
// table of Families.md. Run from the repository's root, on demand, with the command behind which Python has torch,
// transformers, tokenizers and safetensors; it gets the folder of the models as its current one:
// dotnet run -c Release --project build/OpenedFamilies [-- COMMAND ARGUMENT...]
const string Page = "src/MergeOps/Architectures/Families.md";
const string Begin = "<!-- families, written by build/OpenedFamilies -->";
const string End = "<!-- /families -->";

var folder = Path.GetFullPath(Path.Combine("out", "opened-families"));
if (Directory.Exists(folder))
{
    Directory.Delete(folder, recursive: true);
}

Directory.CreateDirectory(folder);
File.Copy(Path.Combine(AppContext.BaseDirectory, "families.py"), Path.Combine(folder, "families.py"));
Require(Python("make"), "Not every model was made.");
foreach (var line in File.ReadLines(Path.Combine(folder, "models", "cases.tsv")).Select(line => line.Split('\t')))
{
    var exitCode = Run(
        Path.Combine(folder, line[0]),
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "MergeOps.Cli.dll"), "merge", "recipe.yml", "--out", "out", .. line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
    Require(exitCode, $"{line[0]} was not merged.");
}

Require(Python("open"), "Not every model is as it must be.");
var page = File.ReadAllText(Page);
var start = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
File.WriteAllText(Page, $"{page[..start]}\n\n{File.ReadAllText(Path.Combine(folder, "models", "table.md"))}\n{page[page.IndexOf(End, StringComparison.Ordinal)..]}");

int Python(string verb) => Run(folder, [.. args, "python3", "families.py", verb, "models"]);

int Run(string place, string[] command)
{
    using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = place })!;
    process.WaitForExit();
    return process.ExitCode;
}

static void Require(int exitCode, string otherwise)
{
    if (exitCode != 0)
    {
        throw new InvalidOperationException(otherwise);
    }
}
