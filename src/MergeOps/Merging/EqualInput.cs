using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>Finds the input that a merge gave back: weights of 0 and 1, or a fine-tune that moved by less than the output's precision.</summary>
internal static class EqualInput
{
    /// <summary>A warning when every tensor of the output is byte for byte that of one of several inputs; reads no further than the first difference.</summary>
    /// <param name="folder">Where the merged model lies now.</param>
    /// <param name="plan">The plan that made it.</param>
    /// <param name="target">Its final folder.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static ImmutableArray<Diagnostic> Report(string folder, MergePlan plan, string target, CancellationToken cancellation)
    {
        var merged = Components.Open(folder, []);
        var read = plan.FilesRead.ToHashSet();
        return plan.Models.Length > 1 && plan.Lora is null
            && plan.Models.Where((model, index) => model.Reference.Lora is null && IsRead(merged, model.Checkpoint, file => read.Contains((index, file))))
                .FirstOrDefault(model => AreEqual(plan.Rules, merged, model.Checkpoint, cancellation)) is { } equal
            ? [Diagnostic.Warning(
                Codes.ResultIsInput,
                $"Each of its tensors is that of '{TerminalText.Escape(equal.Reference.ToString())}', byte for byte. `mergeops explain` shows the weights of each tensor.",
                SourceSpan.File(target))]
            : [];
    }

    // the weights of a model that gives its config alone, or whose weight is 0, need not be on this machine
    private static bool IsRead(Checkpoint merged, Checkpoint input, Predicate<string> isRead) =>
        merged.Tensors.Keys.All(name => input.Tensors.GetValueOrDefault(name) is { } tensor && isRead(tensor.File));

    private static bool AreEqual(ArchitectureRules rules, Checkpoint merged, Checkpoint input, CancellationToken cancellation)
    {
        // a model that lost weights is not its input; a head that is the embedding loses nothing
        if (!input.Tensors.Keys.All(name => merged.Tensors.ContainsKey(name) || rules.IsHeadMatrix(name)))
        {
            return false;
        }

        if (!merged.Tensors.Values.All(tensor =>
            input.Tensors.GetValueOrDefault(tensor.Name) is { } same && same.DType == tensor.DType && same.Shape.SequenceEqual(tensor.Shape)))
        {
            return false;
        }

        using var ours = new TensorReader(merged);
        using var theirs = new TensorReader(input);
        return merged.Tensors.Values.All(tensor => TensorEquality.Holds(ours.Read, tensor, theirs.Read, input.Tensors[tensor.Name], cancellation));
    }
}
