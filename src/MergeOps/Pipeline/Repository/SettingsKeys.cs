using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Pipeline.Repository;

/// <summary>Every block of a repository's settings with its keys.</summary>
internal static class SettingsKeys
{
    private static readonly TextShape Text = new();

    /// <summary>How models are scored.</summary>
    public static BlockDeclaration Evaluate { get; } = new("evaluate", "under 'evaluate:'",
    [
        new("command", new AnyShape(), Affects.Nothing, "the program and its arguments that score a model"),
        new("commands", new AnyShape(), Affects.Nothing, "named commands of this kind, for the objectives of searches"),
    ]);

    /// <summary>Whose signatures models must have.</summary>
    public static BlockDeclaration Signed { get; } = new("signed", "under 'signed:'",
    [
        new("keys", new AnyShape(), Affects.Nothing, "ECDSA public keys: PEM texts, or paths of their files"),
        new("unsigned", Text, Affects.Nothing, "what to do with a model that nobody signed: refuse or allow"),
    ]);

    /// <summary>What recipes may use.</summary>
    public static BlockDeclaration Policy { get; } = new("policy", "under 'policy:'",
    [
        new("licenses", new AnyShape(), Affects.Nothing, "licenses that models may have"),
        new("organizations", new AnyShape(), Affects.Nothing, "owners on the Hub whose models may be used"),
        new("formats", new AnyShape(), Affects.Nothing, "formats of weight files: safetensors, pytorch"),
        new("methods", new AnyShape(), Affects.Nothing, "merge methods that may be used"),
        new("max_size", new ByteCountShape(), Affects.Nothing, "bytes of the largest output, such as 20GB"),
        new("command", Text, Affects.Nothing, "the name of the command that judges each plan"),
        new("signed", new BlockShape(Signed), Affects.Nothing, "whose signatures models must have"),
    ]);

    /// <summary>Who signs what is published.</summary>
    public static BlockDeclaration Sign { get; } = new("sign", "under 'sign:'",
    [
        new("command", new AnyShape(), Affects.Nothing, "the program and its arguments that sign what they get on stdin"),
        new("public_key", Text, Affects.Nothing, "the public key of its signatures: a PEM text, or the path of its file"),
        new("timeout", new NumberShape(Whole: true, Min: 1), Affects.Nothing, "seconds that it may take"),
        new("variables", new AnyShape(), Affects.Nothing, "environment variables that it sees although they hold secrets"),
    ]);

    /// <summary>The machines of the stages.</summary>
    public static BlockDeclaration Runners { get; } = new("runners", "under 'runners:'",
    [
        new("merge", new AnyShape(), Affects.Nothing, "a label or a list of labels of the runner that merges"),
        new("evaluate", new AnyShape(), Affects.Nothing, "those of the runner that scores, which has no secrets"),
        new("publish", new AnyShape(), Affects.Nothing, "those of the runner that publishes"),
    ]);

    /// <summary>The settings themselves.</summary>
    public static BlockDeclaration Top { get; } = new("settings", "at the top level",
    [
        new("recipes", new AnyShape(), Affects.Nothing, "a pattern or a list of patterns of the recipes' paths"),
        new("approvals", new NumberShape(Whole: true, Min: 0), Affects.Nothing, "approving reviews that an apply requires"),
        new("requires", new AnyShape(), Affects.Nothing, "what else an apply requires: approved, code_owners, preview, mergeable, up_to_date"),
        new("direct_pushes", Text, Affects.Nothing, "what to do with a push without a pull request"),
        new("outside_folders", new AnyShape(), Affects.Nothing, "folders outside the repository that recipes may use"),
        new("analyze", new FlagShape(), Affects.Nothing, "whether gates on the models are judged on pull requests, from a sample of the weights"),
        new("merge_locks", new FlagShape(), Affects.Nothing, "whether pull requests of MergeOps that update locks are merged once their previews have passed all gates"),
        new("evaluate", new BlockShape(Evaluate), Affects.Nothing, "how models are scored"),
        new("commands", new AnyShape(), Affects.Nothing, "named commands: the program and its arguments"),
        new("policy", new BlockShape(Policy), Affects.Nothing, "what recipes may use"),
        new("runners", new BlockShape(Runners), Affects.Nothing, "the machines of the stages"),
        new("sign", new BlockShape(Sign), Affects.Nothing, "who signs what is published"),
    ]);

    /// <summary>Every block.</summary>
    public static ImmutableArray<BlockDeclaration> All { get; } = [Top, Evaluate, Policy, Signed, Runners, Sign];
}
