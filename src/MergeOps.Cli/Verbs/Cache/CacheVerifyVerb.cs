using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs.Cache;

/// <summary><c>mergeops cache verify [MODEL...]</c>.</summary>
internal sealed class CacheVerifyVerb : LocalVerb
{
    private const int JsonVersion = 1;

    private readonly Argument<string[]> models = new("MODEL")
    {
        Description = "Models, such as owner/name (default: all)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Creates the verb.</summary>
    public CacheVerifyVerb()
        : base("verify", VerbGroup.Downloads, "Reread downloaded models and check their digests")
    {
        Add(models);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["cache verify", "cache verify owner/name"];

    /// <inheritdoc/>
    public override string Remarks => CacheVerbs.Place;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        VerifiedCache verified;
        using (var progress = IProgressDisplay.On(screen, "verify"))
        {
            verified = CacheVerification.Run(screen.Environment, arguments.GetValue(models) ?? [], work => progress?.Advance("verify", work), cancellation);
        }

        screen.WriteFindings(verified.Problems);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WriteString("folder", verified.Folder);
                json.WriteNumber("models", verified.Models);
                json.WriteNumber("bytes", verified.Bytes);
            });
        }

        screen.Tell(
            $"{verified.Folder}: {Quantity.Of(verified.Models, "model")}, {ByteText.Of(verified.Bytes)}, {Quantity.Of(verified.Problems.Count, "problem")}");
        return ExitCode.Of(verified.Problems);
    }
}
