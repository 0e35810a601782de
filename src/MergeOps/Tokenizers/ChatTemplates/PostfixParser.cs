namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the attributes, subscripts and calls behind a value.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="expressions">Reads the expressions inside.</param>
/// <param name="primaries">Reads the value.</param>
/// <param name="arguments">Reads the arguments of calls.</param>
internal sealed class PostfixParser(TokenReader tokens, ExpressionParser expressions, PrimaryParser primaries, ArgumentParser arguments)
{
    /// <summary>The value that begins at the current piece, with what stands behind it.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Expression Read() => Behind(primaries.Read());

    /// <summary>A value with what stands behind it.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Expression Behind(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.SkipsOperator("."))
            {
                var name = tokens.Take();
                value = name.Kind switch
                {
                    TokenKind.Name => new Expression.Attribute(value, name.Text, line),
                    TokenKind.Integer => new Expression.Item(value, new Expression.Constant(PrimaryParser.Integer(name), line), line),
                    _ => throw new TemplateFault($"There is '{name.Text.Trim()}' where a name belongs", line),
                };
            }
            else if (tokens.SkipsOperator("["))
            {
                value = Subscript(value, line);
            }
            else if (tokens.IsOperator("("))
            {
                value = new Expression.Call(value, arguments.Read(), line);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Subscript(Expression target, int line)
    {
        var start = tokens.IsOperator(":") ? null : expressions.Full();
        if (!tokens.SkipsOperator(":"))
        {
            tokens.RequireOperator("]");
            return new Expression.Item(target, start!, line);
        }

        var stop = tokens.IsOperator(":") || tokens.IsOperator("]") ? null : expressions.Full();
        var step = tokens.SkipsOperator(":") && !tokens.IsOperator("]") ? expressions.Full() : null;
        tokens.RequireOperator("]");
        return new Expression.Slice(target, start, stop, step, line);
    }
}
