namespace MergeOps.TestGitHub.Runner;

/// <summary>What a job prints, as the runner keeps it: commands are carried out, secrets are masked.</summary>
internal sealed class RunnerLog
{
    private readonly List<string> masks = [];
    private readonly List<string> lines = [];
    private readonly List<WorkflowCommand> commands = [];
    private string? resumesWith;

    /// <summary>Every line that is shown.</summary>
    public string Text => string.Join('\n', lines);

    /// <summary>Every command that was carried out.</summary>
    public IReadOnlyList<WorkflowCommand> Commands => commands;

    /// <summary>Hides a value from here on, each line of it.</summary>
    public void Mask(string value) => masks.AddRange(value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Takes a line of either stream; the runner reads commands in both.</summary>
    public void Take(string line)
    {
        var command = WorkflowCommand.Find(line);
        if (resumesWith is not null)
        {
            resumesWith = command?.Name == resumesWith ? null : resumesWith;
            command = null;
        }

        switch (command)
        {
            case null:
                break;
            case { Name: "add-mask" }:
                Mask(command.Data);
                commands.Add(command);
                return;
            case { Name: "stop-commands" }:
                resumesWith = command.Data;
                break;
            default:
                commands.Add(command);
                break;
        }

        lines.Add(masks.Aggregate(line, (text, mask) => text.Replace(mask, "***", StringComparison.Ordinal)));
    }
}
