using System.Diagnostics;
using System.Text.Json;
using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>A machine of a user with the .NET SDK and nothing else: no packages, no caches, one folder feed, the quickstart's files.</summary>
public sealed class UserMachine : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> environment;

    /// <summary>Sets it up.</summary>
    /// <param name="feeds">The folders from which NuGet installs.</param>
    public UserMachine(params IEnumerable<string> feeds)
    {
        environment = new()
        {
            ["NUGET_PACKAGES"] = folder["packages"],
            // where the SDK remembers which packages hold which tools; another folder's memory names packages that are gone
            ["DOTNET_CLI_HOME"] = folder["cli"],
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false",
            ["DOTNET_ADD_GLOBAL_TOOLS_TO_PATH"] = "false",
            ["MERGEOPS_HOME"] = folder["home"],
            ["HF_HUB_CACHE"] = folder["hub"],
            ["MERGEOPS_LIBTORCH"] = null,
        };
        Directory.CreateDirectory(Work);
        WriteNuGetConfig(feeds);
        var recipes = Path.Combine(Repository.Root, "recipes");
        foreach (var file in Directory.EnumerateFiles(recipes, "quickstart*")
            .Concat(Directory.EnumerateFiles(Path.Combine(recipes, "quickstart"), "*", SearchOption.AllDirectories)))
        {
            folder.Write(Path.Combine("work", "recipes", Path.GetRelativePath(recipes, file)), File.ReadAllBytes(file));
        }
    }

    /// <summary>The user's folder, with <c>recipes/quickstart.yml</c> in it.</summary>
    public string Work => folder["work"];

    /// <summary>The environment variables that differ from those of the tests; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment => environment;

    /// <summary>The path of something in the user's folder.</summary>
    public string this[string relative] => Path.Combine(Work, relative);

    /// <summary>Lets NuGet install from other folders.</summary>
    public void WriteNuGetConfig(params IEnumerable<string> feeds) => File.WriteAllText(this["nuget.config"], $"""
        <configuration>
          <packageSources>
            <clear />
            {string.Join("\n    ", feeds.Select((feed, number) => $"""<add key="feed{number}" value="{feed}" />"""))}
          </packageSources>
        </configuration>
        """);

    /// <summary>Lists tools in the manifest of the user's repository.</summary>
    public void WriteToolManifest(params IEnumerable<(string Package, string Version, string Command)> tools)
    {
        Directory.CreateDirectory(this[".config"]);
        var listed = tools.ToDictionary(tool => tool.Package, tool => new { version = tool.Version, commands = new[] { tool.Command } });
        File.WriteAllText(this[".config/dotnet-tools.json"], JsonSerializer.Serialize(new { version = 1, isRoot = true, tools = listed }));
    }

    /// <summary>Sets an environment variable of this machine; null takes it away.</summary>
    public void Set(string variable, string? value) => environment[variable] = value;

    /// <summary>Copies a file of this repository to the same place in the user's folder.</summary>
    public void CopyFromRepository(string relative) => folder.Write(Path.Combine("work", relative), File.ReadAllBytes(Path.Combine(Repository.Root, relative)));

    /// <summary>Starts a program in the user's folder that a test ends.</summary>
    internal Process Start(string program, params IEnumerable<string> arguments) => Commands.Start(program, arguments, Work, environment);

    /// <summary>Runs a program in the user's folder.</summary>
    internal Finished Run(string program, params IEnumerable<string> arguments) => Commands.Run(program, arguments, Work, environment);

    /// <summary>Runs a program that must end well.</summary>
    internal Finished Succeed(string program, params IEnumerable<string> arguments)
    {
        var finished = Run(program, arguments);
        Assert.True(finished.ExitCode == 0, finished.ToString());
        return finished;
    }

    /// <summary>Plans and merges the quickstart with a command line of MergeOps.</summary>
    /// <param name="program">What starts it.</param>
    /// <param name="before">Arguments that come first, such as the assembly when <c>dotnet</c> starts it.</param>
    internal QuickstartDigests Quickstart(string program, params string[] before)
    {
        using var plan = JsonDocument.Parse(Succeed(program, [.. before, "plan", "recipes/quickstart.yml", "--format", "json"]).Output);
        Succeed(program, [.. before, "merge", "recipes/quickstart.yml", "--out", "out/quickstart"]);
        return QuickstartDigests.Of(this["out/quickstart"]) with { Planned = plan.RootElement.GetProperty("result").GetProperty("digest").GetString()! };
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();
}

/// <summary>What every front must give for the quickstart.</summary>
/// <param name="Planned">The plan's digest as the plan says it.</param>
/// <param name="Plan">The plan's digest as the merged model's manifest says it.</param>
/// <param name="Model">The model's digest.</param>
internal sealed record QuickstartDigests(string Planned, string Plan, string Model)
{
    /// <summary>Reads what a merge wrote.</summary>
    public static QuickstartDigests Of(string merged)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(merged, "merge-manifest.json")));
        var plan = manifest.RootElement.GetProperty("planDigest").GetString()!;
        return new(plan, plan, manifest.RootElement.GetProperty("modelDigest").GetString()!);
    }
}
