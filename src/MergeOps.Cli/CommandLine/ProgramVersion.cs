using System.Reflection;

namespace MergeOps.Cli.CommandLine;

/// <summary>The version of this program, with the commit that it was built from.</summary>
internal static class ProgramVersion
{
    /// <summary>The version as text.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
