using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Scoring;

/// <summary>Where scores of another harness come from; a recipe only names them, whoever calls decides this.</summary>
internal sealed record ExternalScoring
{
    /// <summary>Results files of the merged model; each score stands in one of them.</summary>
    public ImmutableArray<string> Merged { get; init; } = [];

    /// <summary>Results files of the published version; without one its own published evaluation is asked.</summary>
    public ImmutableArray<string> Published { get; init; } = [];

    /// <summary>The command that scores the merged model when there is no file of its results, or null.</summary>
    public ScoringCommand? Command { get; init; }

    /// <summary>The commands that may score the points of a search, by the names that recipes give.</summary>
    public ImmutableDictionary<string, ScoringCommand> Commands { get; init; } = ImmutableDictionary<string, ScoringCommand>.Empty;

    /// <summary>The commands that may derive files of a model that passed, by the names that recipes give.</summary>
    public ImmutableDictionary<string, OwnerCommand> Derivations { get; init; } = ImmutableDictionary<string, OwnerCommand>.Empty;

    /// <summary>The command that signs what is published, or null.</summary>
    public SigningCommand? Sign { get; init; }

    /// <summary>What the repository allows; everything where no settings were named.</summary>
    public RepositoryPolicy Policy { get; init; } = RepositoryPolicy.None;

    /// <summary>The option that would have named the repository's settings where none were named; null where they were, or cannot be.</summary>
    public string? SettingsOption { get; init; }

    /// <summary>What to do where a recipe names a command and there is none here, to follow a sentence; may be empty.</summary>
    public string Advice => SettingsOption is null ? "" : $"; name them with {SettingsOption}";

    /// <summary>Where the commands run: a checkout that the settings' owners wrote; the current folder when not given.</summary>
    public string? Folder { get; init; }

    /// <summary>Stands for all that scores depend on: the files' contents, the command, and the contents of the files that it names.</summary>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public JsonObject ToJson(KnownDigests digests) => new()
    {
        ["merged"] = DigestsOf(Merged, digests),
        ["published"] = DigestsOf(Published, digests),
        ["command"] = Command is null ? null : new JsonArray([.. Command.Words.Select(word => JsonValue.Create(word))]),
        ["files"] = Command is null ? null : OutsideMemory.FilesOf(Command, Folder, digests),
    };

    private static JsonArray DigestsOf(IEnumerable<string> files, KnownDigests digests) =>
        new([.. files.Select(file => JsonValue.Create(File.Exists(file) ? digests.Of(Path.GetFullPath(file)) : null))]);
}
