"""The public names of `polyfam.flows`."""

from ._central_flow import CentralFlow as CentralFlow
from ._central_flow import central_flow as central_flow
from ._first_order_ode import FirstOrderODE as FirstOrderODE
from ._first_order_ode import first_order_ode as first_order_ode
from ._flow import flow as flow
from ._flow import gradient_flow as gradient_flow
from ._krylov import FunctionTimesVector as FunctionTimesVector
from ._krylov import function_times_vector as function_times_vector
from ._modified_equation import modified_equation as modified_equation
from ._modified_equation import modified_flow as modified_flow
from ._principal_flow import principal_factor as principal_factor
from ._principal_flow import principal_flow as principal_flow
from ._principal_flow import principal_flow_field as principal_flow_field
