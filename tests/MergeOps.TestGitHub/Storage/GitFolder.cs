using System.Diagnostics;
using System.Text;

namespace MergeOps.TestGitHub.Storage;

/// <summary>A bare git repository on disk: anybody may push to it and fetch from it by its path.</summary>
internal sealed class GitFolder
{
    private const string Absent = "0000000000000000000000000000000000000000";

    /// <summary>Makes an empty one.</summary>
    public GitFolder(string path)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Run(["init", "--quiet", "--bare", "--initial-branch=main", "."]);

        // a server of pull requests gives out any commit that somebody knows
        Run(["config", "uploadpack.allowAnySHA1InWant", "true"]);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The commit that a reference, a branch or an id names; null when there is none.</summary>
    public string? Resolve(string name) =>
        TryRun(["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"]) is { } sha ? sha.Trim() : null;

    /// <summary>A commit's tree.</summary>
    public string TreeOf(string commit) => Run(["rev-parse", commit + "^{tree}"]).Trim();

    /// <summary>Whether an object is there and of a kind.</summary>
    public bool Is(string sha, string kind) => TryRun(["cat-file", "-t", sha])?.Trim() == kind;

    /// <summary>Points a reference somewhere.</summary>
    public void Point(string reference, string commit) => Run(["update-ref", reference, commit]);

    /// <summary>The bytes of a file at a commit; null when it is not there.</summary>
    public byte[]? File(string commit, string path) => Start(["cat-file", "blob", $"{commit}:{path}"], null, null) is (0, var bytes, _) ? bytes : null;

    /// <summary>A tree with other files in it.</summary>
    /// <param name="onto">The tree to start from; null for an empty one.</param>
    /// <param name="files">The files' bytes by path; null removes one.</param>
    /// <param name="areLinks">Whether they are symbolic links, and their bytes what they lead to.</param>
    public string Tree(string? onto, IEnumerable<KeyValuePair<string, byte[]?>> files, bool areLinks = false)
    {
        var index = System.IO.Path.Combine(Path, $"index-{Guid.NewGuid():N}");
        var environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        Run(onto is null ? ["read-tree", "--empty"] : ["read-tree", onto], environment: environment);
        var lines = files.Select(file => file.Value is null
            ? $"0 {Absent}\t{file.Key}\0"
            : $"{(areLinks ? "120000" : "100644")} {Blob(file.Value)}\t{file.Key}\0");
        Run(["update-index", "-z", "--index-info"], Encoding.UTF8.GetBytes(string.Concat(lines)), environment);
        var tree = Run(["write-tree"], environment: environment).Trim();
        System.IO.File.Delete(index);
        return tree;
    }

    /// <summary>Keeps bytes.</summary>
    public string Blob(byte[] bytes) => Run(["hash-object", "-w", "--stdin"], bytes).Trim();

    /// <summary>The bytes of a blob; null when there is none.</summary>
    public byte[]? Bytes(string sha) => Start(["cat-file", "blob", sha], null, null) is (0, var bytes, _) ? bytes : null;

    /// <summary>A commit of a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="parents">What came before.</param>
    /// <param name="message">What it says.</param>
    /// <param name="author">The login of whoever made it.</param>
    public string Commit(string tree, IEnumerable<string> parents, string message, string author) => Run(
        ["commit-tree", tree, .. parents.SelectMany(parent => new[] { "-p", parent })],
        Encoding.UTF8.GetBytes(message),
        new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = author,
            ["GIT_AUTHOR_EMAIL"] = $"{author}@users.noreply.example",
            ["GIT_COMMITTER_NAME"] = author,
            ["GIT_COMMITTER_EMAIL"] = $"{author}@users.noreply.example",
        }).Trim();

    /// <summary>What two branches become together, as a tree; null where they conflict.</summary>
    public string? MergeTree(string one, string other) => Start(["merge-tree", "--write-tree", one, other], null, null) switch
    {
        (0, var output, _) => Encoding.UTF8.GetString(output).Split('\n')[0].Trim(),
        (1, _, _) => null,
        var (_, _, error) => throw new InvalidOperationException($"git merge-tree: {error}"),
    };

    /// <summary>What differs between two commits: status letter, path before, path after.</summary>
    public IReadOnlyList<(char Status, string? Previous, string Path)> Differences(string from, string to)
    {
        var fields = Run(["diff", "--name-status", "-z", "-M", from, to]).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var found = new List<(char, string?, string)>();
        for (var at = 0; at < fields.Length;)
        {
            var status = fields[at++][0];
            var previous = status is 'R' or 'C' ? fields[at++] : null;
            found.Add((status, previous, fields[at++]));
        }

        return found;
    }

    /// <summary>The last commit that two have in common; null where there is none.</summary>
    public string? MergeBase(string one, string other) => TryRun(["merge-base", one, other])?.Trim();

    /// <summary>The branches with their commits.</summary>
    public IReadOnlyDictionary<string, string> Branches() => Run(["for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads"])
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>The paths of a commit's files, those below a folder if one is named.</summary>
    public IReadOnlyList<string> Paths(string commit, string? below = null) =>
        Run(["ls-tree", "-r", "-z", "--name-only", commit, .. below is null ? Array.Empty<string>() : [below]]).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Writes a commit's files into a folder.</summary>
    public void Export(string commit, string folder)
    {
        var index = System.IO.Path.Combine(Path, $"index-{Guid.NewGuid():N}");
        var environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        Run(["read-tree", commit], environment: environment);
        Run([$"--git-dir={Path}", $"--work-tree={Directory.CreateDirectory(folder).FullName}", "checkout-index", "--all"], environment: environment);
        System.IO.File.Delete(index);
    }

    /// <summary>The commits of one that the other has not, oldest first.</summary>
    public IReadOnlyList<string> Between(string without, string with) =>
        Run(["rev-list", "--reverse", $"{without}..{with}"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A commit's author, message and parents.</summary>
    public (string Author, string Message, string[] Parents) Describe(string commit)
    {
        var fields = Run(["show", "--no-patch", "--format=%an%x00%P%x00%B", commit]).Split('\0');
        return (fields[0], fields[2].TrimEnd('\n'), fields[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Run(string[] arguments, byte[]? input = null, Dictionary<string, string>? environment = null)
    {
        var (exit, output, error) = Start(arguments, input, environment);
        return exit == 0 ? Encoding.UTF8.GetString(output) : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }

    private string? TryRun(string[] arguments) => Start(arguments, null, null) is (0, var output, _) ? Encoding.UTF8.GetString(output) : null;

    private (int Exit, byte[] Output, string Error) Start(string[] arguments, byte[]? input, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // nothing of the user's own settings
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        foreach (var inherited in start.Environment.Keys.Where(key => key is "GIT_DIR" or "GIT_WORK_TREE" or "GIT_INDEX_FILE").ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input ?? []);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return (process.ExitCode, output.ToArray(), error.GetAwaiter().GetResult());
    }
}
