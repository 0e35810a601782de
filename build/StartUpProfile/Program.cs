using StartUpProfile;

// Writes build/StartUp.mibc: the generic methods that the command line needs while it runs, so that publishing compiles them
// ahead of time. They are seen in a program that is built and not published. Run on Linux from the repository's root, after
// changes to what commands do first:
// dotnet build src/MergeOps.Cli -c Release -r linux-x64
// dotnet run -c Release --project build/StartUpProfile
const string Recipe = "recipes/quickstart.yml";
string[][] commands =
[
    ["--version"],
    ["validate", Recipe],
    ["plan", Recipe],
    ["explain", Recipe],
    ["methods", "ties"],
    ["merge", Recipe, "--out", "merged/first"],
    ["merge", Recipe, "--out", "merged/second"],
    // a plan looks at earlier merges
    ["plan", Recipe],
    ["evaluate", Recipe, "--model", "merged/first"],
];

var program = Path.Combine("src", "MergeOps.Cli", "bin", "Release", "net10.0", "linux-x64");
using var trace = new CompilationTrace(program);
var names = commands.SelectMany(trace.Of).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
using var assemblies = new KnownAssemblies([program, Path.GetDirectoryName(typeof(object).Assembly.Location)!]);
var profile = new MethodProfile(assemblies);
var unknown = names.Count(name => !profile.TryAdd(name));
profile.Write(Path.Combine("build", "StartUp.mibc"));
Console.WriteLine($"{profile.Count} methods; {unknown} names stand for none");
