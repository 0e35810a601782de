using System.CommandLine;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.CommandLine;

/// <summary>A verb that never reaches the network, and so waits for nobody.</summary>
internal abstract class LocalVerb(string name, VerbGroup group, string summary, params string[] formats) : Verb(name, group, summary, formats)
{
    /// <inheritdoc/>
    public sealed override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        Task.FromResult(Run(arguments, screen, cancellation));

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult arguments, Screen screen, CancellationToken cancellation);
}
