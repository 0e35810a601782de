using System.Reflection;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.CommandLine;

/// <summary>The version of this program, with the commit that it was built from.</summary>
internal static class ProgramVersion
{
    /// <summary>The version as text.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Shows it.</summary>
    public static void Show(Screen screen)
    {
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, 1, json => json.WriteString("program", Text));
        }
        else
        {
            screen.Out.WriteLine(Text);
        }
    }
}
