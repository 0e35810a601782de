using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Hears what goes into a projection. Projections that share an input are told of the same object, one after the other.</summary>
/// <param name="weight">The name of the projection's weight [outputs, inputs].</param>
/// <param name="input">What goes into it [..., inputs], filled rows included; it lives as long as the call.</param>
/// <param name="tokens">Which tokens of the batch its rows are, as flat indices; null for all of them in their order.</param>
internal delegate void InputObserver(string weight, Tensor input, Tensor? tokens);
