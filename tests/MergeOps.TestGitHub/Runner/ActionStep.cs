using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Runner;

/// <summary>One step of a composite action or of a job.</summary>
internal sealed record ActionStep
{
    private static readonly string[] Keys = ["id", "name", "if", "uses", "with", "run", "shell", "env", "continue-on-error", "working-directory"];

    /// <summary>By which others name its outputs, or null.</summary>
    public string? Id { get; init; }

    /// <summary>What people call it; empty for nothing.</summary>
    public required string Name { get; init; }

    /// <summary>When it runs; null for whenever nothing failed before.</summary>
    public string? If { get; init; }

    /// <summary>Which action it calls, or null.</summary>
    public string? Uses { get; init; }

    /// <summary>Its script, or null.</summary>
    public string? Run { get; init; }

    /// <summary>What reads the script; null for the runner's choice.</summary>
    public string? Shell { get; init; }

    /// <summary>Where the script starts, from the checkout; null for its root.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the job goes on as if nothing had happened when it fails.</summary>
    public bool ContinuesOnError { get; init; }

    /// <summary>What the action is given.</summary>
    public required IReadOnlyDictionary<string, string> With { get; init; }

    /// <summary>Its variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What the log calls it.</summary>
    public string Title => Name.Length > 0 ? Name : Uses ?? Run?.Split('\n')[0] ?? "";

    /// <summary>Reads one.</summary>
    /// <exception cref="NotSupportedException">It says something that this runner does not know.</exception>
    public static ActionStep Read(YamlMappingNode step)
    {
        Yaml.Refuse(step, Keys, "a step");
        return new()
        {
            Id = Yaml.Text(step, "id"),
            Name = Yaml.Text(step, "name") ?? "",
            If = Yaml.Text(step, "if"),
            Uses = Yaml.Text(step, "uses"),
            Run = Yaml.Text(step, "run"),
            Shell = Yaml.Text(step, "shell"),
            Folder = Yaml.Text(step, "working-directory"),
            ContinuesOnError = Yaml.Text(step, "continue-on-error") switch
            {
                null or "false" => false,
                "true" => true,
                var other => throw new NotSupportedException($"continue-on-error: {other}"),
            },
            With = Yaml.Texts(step, "with"),
            Environment = Yaml.Texts(step, "env"),
        };
    }
}
