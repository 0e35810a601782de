// What people without .NET install, for the system that this runs on: dotnet run --project build/Distributions -- [FOLDER]
// FOLDER is artifacts/ unless it is named. The archive brings libtorch; the wheel takes that of its Python environment.
using System.Diagnostics;
using System.Globalization;
using Distributions;

var repository = Path.GetFullPath(Git("rev-parse", "--show-toplevel"));
var folder = Path.GetFullPath(args.FirstOrDefault() ?? Path.Combine(repository, "artifacts"));
Directory.CreateDirectory(folder);
var platform = Platform.OfThisProcess();
// files carry the time of the commit, not of the build
var time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Git("log", "-1", "--format=%ct"), CultureInfo.InvariantCulture));
var address = (Environment.GetEnvironmentVariable("GITHUB_SERVER_URL"), Environment.GetEnvironmentVariable("GITHUB_REPOSITORY")) is ({ } server, { } name)
    ? $"{server}/{name}"
    : null;

var work = Directory.CreateTempSubdirectory("mergeops-distributions").FullName;
try
{
    Console.WriteLine(Archive.Write(PublishedProgram.Make(repository, Path.Combine(work, "archive"), platform, withLibTorch: true), folder, time));
    Console.WriteLine(Wheel.Write(PublishedProgram.Make(repository, Path.Combine(work, "wheel"), platform, withLibTorch: false), folder, time, address));
}
finally
{
    Directory.Delete(work, recursive: true);
}

static string Git(params string[] arguments)
{
    using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true })!;
    var text = git.StandardOutput.ReadToEnd().Trim();
    git.WaitForExit();
    return git.ExitCode == 0 ? text : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
}
