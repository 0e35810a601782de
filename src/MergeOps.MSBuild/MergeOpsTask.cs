using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeOps.MSBuild;

/// <summary>
/// Runs one verb of <c>mergeops</c> as a separate process, which ends when the build is canceled. Its diagnostics
/// have the form that MSBuild reads, and become errors and warnings with file, line, column and code.
/// </summary>
public abstract class MergeOpsTask : ToolTask
{
    /// <summary>Gets or sets the command line: <c>MergeOps.Cli.dll</c>, or another program.</summary>
    [Required]
    public string Tool { get; set; } = "";

    /// <inheritdoc/>
    protected override string ToolName => IsAssembly ? Host : Path.GetFileName(Tool);

    /// <inheritdoc/>
    protected override Encoding StandardOutputEncoding => Encoding.UTF8;

    /// <inheritdoc/>
    protected override Encoding StandardErrorEncoding => Encoding.UTF8;

    /// <inheritdoc/>
    protected override MessageImportance StandardOutputLoggingImportance => MessageImportance.Low;

    /// <inheritdoc/>
    protected override MessageImportance StandardErrorLoggingImportance => MessageImportance.Normal;

    private static string Host => RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "dotnet.exe" : "dotnet";

    private bool IsAssembly => Tool.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);

    /// <summary>Appends the verb, its arguments and its options.</summary>
    /// <param name="arguments">The command line behind the program.</param>
    protected abstract void AppendArguments(CommandLineBuilder arguments);

    /// <inheritdoc/>
    protected override string GenerateFullPathToTool()
    {
        if (!IsAssembly)
        {
            return Tool;
        }

        var running = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH");
        return string.IsNullOrEmpty(running) ? Host : running;
    }

    /// <inheritdoc/>
    protected override string GenerateCommandLineCommands()
    {
        var arguments = new CommandLineBuilder();
        if (IsAssembly)
        {
            arguments.AppendFileNameIfNotNull(Tool);
        }

        AppendArguments(arguments);
        return arguments.ToString();
    }

    /// <summary>Logs a line, unless an earlier task of this build has told of the same diagnostic.</summary>
    /// <param name="singleLine">The line.</param>
    /// <param name="messageImportance">How important it is when it is none.</param>
    protected override void LogEventsFromTextOutput(string singleLine, MessageImportance messageImportance)
    {
        if (!singleLine.Contains(": warning MOPS") || Reported.Add(singleLine))
        {
            base.LogEventsFromTextOutput(singleLine, messageImportance);
        }
    }

    // validation, plan and merge read the same recipe and say the same of it
    private HashSet<string> Reported
    {
        get
        {
            var key = typeof(MergeOpsTask).FullName + BuildEngine.ProjectFileOfTaskNode;
            if (BuildEngine4.GetRegisteredTaskObject(key, RegisteredTaskObjectLifetime.Build) is HashSet<string> reported)
            {
                return reported;
            }

            reported = new HashSet<string>(StringComparer.Ordinal);
            BuildEngine4.RegisterTaskObject(key, reported, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
            return reported;
        }
    }
}
