using System.CommandLine;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.CommandLine;

/// <summary>Where a verb stands on the way from a recipe to a published model; the heading of its group in the help.</summary>
internal enum VerbGroup
{
    /// <summary>All of it at once.</summary>
    Everything,

    /// <summary>One step of the way.</summary>
    Step,

    /// <summary>Looks at what is there and changes nothing.</summary>
    Look,

    /// <summary>Belongs to the workflows of a repository on GitHub.</summary>
    Workflow,

    /// <summary>Looks after what was downloaded or merged, and is kept.</summary>
    Downloads,

    /// <summary>About this program itself.</summary>
    Program,
}

/// <summary>One word of the command line: what it takes, and what happens. Every verb is a command of the program.</summary>
internal abstract class Verb(string name, VerbGroup group, string summary) : Command(name, summary)
{
    /// <summary>Where the help lists it.</summary>
    public VerbGroup Group { get; } = group;

    /// <summary>Command lines to copy, the most usual first, without the program's name.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>What the help says below the summary, wrapped by hand at 78 columns; may be empty.</summary>
    public virtual string Remarks => "";

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation);
}
