using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading;

/// <summary>Compares what a plan takes for equal, byte for byte, before anything is merged.</summary>
internal static class ExpectationCheck
{
    /// <summary>The warnings for integers that differ between the models; each is copied from one of them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="files">Reads its models.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="MergeOpsException">A head was left out as the embedding and is not, or a file cannot be read.</exception>
    public static ImmutableArray<Diagnostic> Run(MergePlan plan, InputFiles files, CancellationToken cancellation)
    {
        var differing = plan.Expected.Where(expected => !Holds(expected)).ToList();
        if (differing.Find(expected => expected.IsLeftOut) is { } leftOut)
        {
            var model = plan.Owners[leftOut.First.Model].Reference;
            var (first, second) = (TerminalText.Quoted(leftOut.First.Name), TerminalText.Quoted(leftOut.Second.Name));
            throw new MergeOpsException(
                Codes.StandInDiffers,
                leftOut.IsTiedHead
                    ? $"{first} of {model} was left out because config.json ties it to {second} and a sample of both is equal; as a whole they differ. "
                        + $"Set 'tie_word_embeddings: false' in the config.json of {model} and plan again, so that the head is merged."
                    : $"{first} of {model} was left out as a stored copy of {second}, because a sample of both is equal; as a whole they differ. "
                        + $"Load {model} with the library that it was made for and save it again, so that it stores only one of them.");
        }

        return [.. ExpectedEquals.Warnings(plan, differing)];

        bool Holds(ExpectedEqual expected) => TensorEquality.Holds(
            Reader(expected.First), TensorOf(expected.First), Reader(expected.Second), TensorOf(expected.Second), cancellation);

        PieceReader Reader(ModelTensor tensor)
        {
            var input = files.Open(tensor.Model, TensorOf(tensor));
            return (info, offset, buffer) => input.Read(info.Offset + offset, buffer);
        }

        TensorInfo TensorOf(ModelTensor tensor) => plan.Owners[tensor.Model].Checkpoint.Tensors[tensor.Name];
    }
}
