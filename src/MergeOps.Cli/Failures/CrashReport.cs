using System.Globalization;
using System.Runtime.InteropServices;
using MergeOps.Cli.CommandLine;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Cli.Failures;

/// <summary>What the developers need to repair a mistake of this program, as a text file.</summary>
internal static class CrashReport
{
    /// <summary>Writes the report to <c>$MERGEOPS_HOME/crash</c>, or to the temporary folder when that cannot be written.</summary>
    /// <returns>A sentence that names the file, or says that there is none.</returns>
    public static string Write(Exception exception, IReadOnlyList<string> arguments, HostEnvironment environment)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"mergeops-{environment.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}.txt");
        var text = $"""
            mergeops {ProgramVersion.Text} on {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.FrameworkDescription}
            arguments: {string.Join(' ', arguments)}
            folder: {Environment.CurrentDirectory}

            {exception}
            """;
        string[] folders = [environment.Home["crash"], environment.TemporaryFolder];
        foreach (var folder in folders)
        {
            try
            {
                var path = Path.Combine(Directory.CreateDirectory(folder).FullName, name);
                File.WriteAllText(path, SecretText.Redact(text));
                return $"Please open an issue and attach the report {path}.";
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                // the next folder may take it
            }
        }

        return "No report could be written.";
    }
}
