using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Changes of a matrix, weighted row by row.</summary>
internal interface IImportances : IOperators
{
    /// <summary>output = |values − anchor| · the factor of the row.</summary>
    void Importance(torch.Tensor output, torch.Tensor values, torch.Tensor anchor, double[] factors);

    /// <summary>output = values · m + anchor · (1 − m), m being 1 where the importance reaches the threshold and 0 elsewhere.</summary>
    void TakeImportant(torch.Tensor output, torch.Tensor values, torch.Tensor anchor, double[] factors, double threshold);
}
