using MergeOps.TestGitHub.Runner;

namespace MergeOps.Tests.GitHub.Action;

/// <summary>A checkout, and a program in the tool's place that only notes what it was called with.</summary>
internal sealed class StubTool : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public StubTool()
    {
        Directory.CreateDirectory(Workspace);
        Path = folder.Write("a tool's folder/mergeops", """
            #!/usr/bin/env bash
            if [ "$1" = --version ]; then echo 1.2.3; exit; fi
            printf '%s\0' "$@" >> "$NOTES"
            printf '%s' "${GITHUB_TOKEN:-}" > "$NOTES.token"
            printf 'changes<<end\ntrue\nend\n' >> "$GITHUB_OUTPUT"

            """u8);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.UserExecute);
        }

        Runner = new(Repository.Root, Workspace, folder["temp"]) { Environment = { ["NOTES"] = Notes, ["MERGEOPS_LIBTORCH"] = null, ["MERGEOPS_PATH"] = null, ["GITHUB_TOKEN"] = null } };
    }

    /// <summary>The program.</summary>
    public string Path { get; }

    /// <summary>The checkout.</summary>
    public string Workspace => folder["work"];

    /// <summary>Runs this repository's action.</summary>
    public ActionRunner Runner { get; }

    /// <summary>What the program was called with, in all calls together.</summary>
    public string[] Arguments => File.Exists(Notes) ? File.ReadAllText(Notes).Split('\0')[..^1] : [];

    /// <summary>The token that the program was given.</summary>
    public string Token => File.ReadAllText($"{Notes}.token");

    private string Notes => folder["notes"];

    /// <summary>Runs the action with this program.</summary>
    public ActionRun Run(params IEnumerable<(string Name, string Value)> inputs) => Runner.Run([("tool-path", Path), .. inputs]);

    /// <summary>Every file in the checkout.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFileSystemEntries(Workspace, "*", SearchOption.AllDirectories);

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();
}
