using MergeOps.TestGitHub.Runner;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>What <c>concurrency</c> of a workflow or a job asks for.</summary>
internal static class Concurrency
{
    private static readonly string[] Keys = ["group", "cancel-in-progress", "queue"];

    /// <summary>Waits for the turn; null where none is asked for.</summary>
    /// <exception cref="OperationCanceledException">Another one took its place.</exception>
    public static async Task<IDisposable?> EnterAsync(RunScope scope, YamlMappingNode node, Expression expression, CancellationTokenSource self)
    {
        if (Yaml.Find(node, "concurrency") is not { } written)
        {
            return null;
        }

        var settings = written as YamlMappingNode ?? new YamlMappingNode("group", Yaml.Scalar(written));
        Yaml.Refuse(settings, Keys, "a concurrency");
        var (cancels, queue) = (expression.Fill(Yaml.Text(settings, "cancel-in-progress") ?? "false") == "true", Yaml.Text(settings, "queue") ?? "single");
        if (queue is not ("single" or "max") || (queue == "max" && cancels))
        {
            throw new NotSupportedException($"a concurrency with queue: {queue} and cancel-in-progress: {cancels}");
        }

        return await scope.Service.Groups.EnterAsync($"{scope.Cause.Repository.FullName} {expression.Fill(Yaml.Text(settings, "group")!)}", cancels, queue == "max", self);
    }
}
