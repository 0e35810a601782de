using MergeOps.Models;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Walks;

/// <summary>A forward pass whose layers are asked for one after the other, so that no more than one need be in memory.</summary>
internal interface ILayeredModel : IDisposable
{
    /// <summary>How many layers there are.</summary>
    int Layers { get; }

    /// <summary>The elements of a state.</summary>
    int HiddenSize { get; }

    /// <summary>What the weights of the largest layer take in float32, in bytes.</summary>
    long BytesOfLayer { get; }

    /// <summary>The states [rows, length, hidden] that go into the first layer.</summary>
    Tensor Embedded(TokenRows rows);

    /// <summary>A layer; its weights live in the dispose scope in which it is opened.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="observe">Hears what goes into its projections, by the names that the checkpoint has for their weights.</param>
    Func<Tensor, TokenRows, Tensor> Layer(int index, InputObserver observe);

    /// <summary>What has weights of its own behind the layers, such as an output projection; null where nothing has. Its weights live in the dispose scope in which it is opened.</summary>
    /// <param name="observe">Hears what goes into its projections.</param>
    Action<Tensor>? Head(InputObserver observe);
}
