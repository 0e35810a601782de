// The build of this repository: dotnet tool restore && dotnet cake build/build.cake [--target=Pack]
// Packages lie in artifacts/ afterwards. An #addin is loaded before the first task runs, so what uses the packed addin is a
// script of its own: quickstart.cake.

var configuration = Argument("configuration", "Release");
var root = MakeAbsolute(Directory(".."));
var solution = root.CombineWithFilePath("MergeOps.sln");
var artifacts = root.Combine("artifacts");

void DotNet(string what, ProcessArgumentBuilder arguments)
{
    var exitCode = StartProcess("dotnet", new ProcessSettings { Arguments = arguments, WorkingDirectory = root });
    if (exitCode != 0)
    {
        throw new CakeException(exitCode, $"{what} failed: exit code {exitCode}.");
    }
}

Task("Format")
    .Does(() => DotNet("The layout", new ProcessArgumentBuilder()
        .Append("format whitespace").AppendQuoted(solution.FullPath).Append("--verify-no-changes")));

Task("Build")
    .Does(() => DotNetBuild(solution.FullPath, new DotNetBuildSettings { Configuration = configuration }));

Task("Test")
    .IsDependentOn("Build")
    // one after another: each of them runs libtorch
    .Does(() => DotNet("A test", new ProcessArgumentBuilder()
        .Append("test").AppendQuoted(solution.FullPath).AppendSwitch("-c", configuration).Append("--no-build --max-parallel-test-modules 1")));

Task("Pack")
    .Does(() =>
    {
        CleanDirectory(artifacts);
        foreach (var project in new[] { "src/MergeOps", "src/MergeOps.Cli", "src/MergeOps.MSBuild", "src/Cake.MergeOps", "tests/MergeOps.TestHub" })
        {
            DotNetPack($"{root}/{project}", new DotNetPackSettings { Configuration = configuration, OutputDirectory = artifacts });
        }
    });

Task("Distribute")
    .Does(() => DotNet("A distribution", new ProcessArgumentBuilder()
        .Append("run").AppendSwitch("-c", configuration).Append("--project build/Distributions --").AppendQuoted(artifacts.FullPath)));

// all that a release publishes and this system can make
Task("Release")
    .IsDependentOn("Pack")
    .IsDependentOn("Distribute");

Task("Quickstart")
    .IsDependentOn("Build")
    .IsDependentOn("Pack")
    .Does(() =>
    {
        // an addin of an earlier build may have had the same version
        CleanDirectories(root.Combine("build/tools/Addins/Cake.MergeOps.*").FullPath);
        DotNet("The quickstart", new ProcessArgumentBuilder()
            .Append("cake build/quickstart.cake")
            .AppendSwitchQuoted("--nuget_source", "=", artifacts.FullPath)
            .Append("--settings_skippackageversioncheck=true")
            .AppendSwitchQuoted("--tool", "=", $"{root}/src/MergeOps.Cli/bin/{configuration}/net10.0/MergeOps.Cli{(IsRunningOnWindows() ? ".exe" : "")}"));
    });

Task("Default")
    .IsDependentOn("Format")
    .IsDependentOn("Test")
    .IsDependentOn("Quickstart");

RunTarget(Argument("target", "Default"));
