using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Publishing.Signing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Who signs what is published: a key of the environment, or the command of the settings.</summary>
internal static class ModelSigner
{
    /// <summary>Whoever signs; null where nobody does.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="commands">What the settings name, or null.</param>
    /// <param name="tell">Hears what the command prints.</param>
    /// <param name="cancellation">Ends the command.</param>
    /// <exception cref="MergeOpsException">A key cannot be read or cannot sign, or there are two.</exception>
    public static ISigner? Of(HostEnvironment environment, ExternalScoring? commands, Action<string> tell, CancellationToken cancellation)
    {
        if (commands?.Sign is not { } command)
        {
            return SigningKey.Of(environment);
        }

        if (SigningKey.VariableOf(environment) is { } variable)
        {
            throw new MergeOpsException(Codes.SigningKeyUnusable, $"The settings sign with a command, and ${variable} names a key. It is unclear which of them is meant: keep one.", command.Span);
        }

        var folder = commands.Folder ?? Environment.CurrentDirectory;
        return new CommandSigner(command, command.PublicKey.Open(folder), environment, commands.Folder, tell, cancellation);
    }

    /// <summary>Tells before hours of merging of a key that cannot sign, of a command that cannot be started, and of settings that sign and were not named; nothing is signed.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="commands">What the settings name, or null.</param>
    /// <param name="recipe">What is published.</param>
    /// <param name="found">Takes that nobody will sign although the repository's settings do.</param>
    /// <exception cref="MergeOpsException">A key cannot be read or cannot sign, there are two, or the command has no program here.</exception>
    public static void Require(HostEnvironment environment, ExternalScoring? commands, Recipe recipe, DiagnosticBag found)
    {
        using var signer = Of(environment, commands, _ => { }, CancellationToken.None);
        if (commands?.Sign is { } command && new StartableCommands(environment, commands.Folder).Signing(command) is { } missing)
        {
            throw new MergeOpsException(missing);
        }

        if (signer is null
            && commands?.SettingsOption is { } option
            && RepositorySettings.Around(recipe.Folder) is { } settings
            && RepositorySettings.Open(settings, [])?.Sign is not null)
        {
            found.Warning(Codes.Unsigned, $"The repository's settings sign what it publishes, but were not named. Run this in the repository's root with {option} {RepositorySettings.Path}.", SourceSpan.File(settings));
        }
    }
}
