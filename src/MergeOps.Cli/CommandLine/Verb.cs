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
/// <param name="name">The word.</param>
/// <param name="group">Where the help lists it.</param>
/// <param name="summary">One line.</param>
/// <param name="formats">Output formats besides <c>text</c> and <c>json</c>.</param>
internal abstract class Verb(string name, VerbGroup group, string summary, params string[] formats) : Command(name, summary)
{
    /// <summary>The output format, which every verb adds where its help shows it; as JSON the result stands in the program's envelope.</summary>
    public Option<string> Format { get; } = Inputs.Choice(MachineOutput.Option, "Output format", ["text", MachineOutput.Format, .. formats]);

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
